using System.Management.Automation;
using System.Security;
using MeshSecrets.Meshes.Osm;

namespace MeshSecrets.Commands;

/// <summary>Writes what an installation of Open Service Mesh is told of its certificate manager: Helm values, environment, or arguments.</summary>
[Cmdlet(VerbsCommon.New, "MeshOsmConfiguration")]
[OutputType(typeof(string))]
public sealed class NewMeshOsmConfigurationCommand : MeshCmdlet
{
    /// <summary>Who signs: tresor (OSM itself), vault or cert-manager.</summary>
    [Parameter(Position = 0)]
    [ArgumentCompleter(typeof(OsmManagerCompleter))]
    [ValidateNotNullOrEmpty]
    public string CertificateManager { get; set; } = "tresor";

    /// <summary>HelmValues (YAML), Environment (lines of OSM's .env), or Arguments (one for each).</summary>
    [Parameter]
    [ValidateSet("HelmValues", "Environment", "Arguments")]
    public string As { get; set; } = "HelmValues";

    /// <summary>The version: Osm06 for v0.6 and its like, Osm for v1.0 and later, whose chart has other names and whose command line takes --set.</summary>
    [Parameter]
    [ValidateSet("Osm06", "Osm")]
    public string For { get; set; } = "Osm06";

    /// <summary>An authority from a store, for tresor: its key is checked, and its limits are kept; or a secret with the root, whose name is taken.</summary>
    [Parameter(ValueFromPipeline = true)]
    public MeshSecret? InputObject { get; set; }

    /// <summary>The secret with the root.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? CaBundleSecretName { get; set; }

    /// <summary>The life of services' certificates; 24h, or what the authority allows if that is less.</summary>
    [Parameter]
    [Duration]
    [ArgumentCompleter(typeof(DurationCompleter))]
    public TimeSpan? ServiceCertValidityDuration { get; set; }

    /// <summary>The host of Vault, as vault.contoso.com.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? VaultHost { get; set; }

    /// <summary>The port of Vault; usually 8200.</summary>
    [Parameter]
    [ValidateRange(1, 65535)]
    public int? VaultPort { get; set; }

    /// <summary>http or https; usually https.</summary>
    [Parameter]
    [ValidateSet("http", "https")]
    public string? VaultProtocol { get; set; }

    /// <summary>The role in Vault; usually openservicemesh.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? VaultRole { get; set; }

    /// <summary>Vault's token. It is written only with -AsPlainText; otherwise $VAULT_TOKEN stands in its place.</summary>
    [Parameter]
    [Passphrase]
    public SecureString? VaultToken { get; set; }

    /// <summary>The Kubernetes secret with Vault's token, in place of the token; with -For Osm.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? VaultTokenSecretName { get; set; }

    /// <summary>The data key of the token in that secret.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string VaultTokenSecretKey { get; set; } = "token";

    /// <summary>The name of cert-manager's issuer; usually osm-ca.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? IssuerName { get; set; }

    /// <summary>Its kind; usually Issuer.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? IssuerKind { get; set; }

    /// <summary>Its API group; usually cert-manager.io.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? IssuerGroup { get; set; }

    /// <summary>Write Vault's token in clear.</summary>
    [Parameter]
    public SwitchParameter AsPlainText { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        OsmManager manager = ParseManager(CertificateManager);
        EnsureFits(manager);
        OsmInstallation installation = new()
        {
            IsV06 = For.Equals("Osm06", StringComparison.OrdinalIgnoreCase),
            Manager = manager,
            CaBundleSecretName = CaBundleSecretName ?? (InputObject is null or MeshCa ? "osm-ca-bundle" : InputObject.Name),
            ServiceLife = ServiceCertValidityDuration ?? UsualLife(),
            VaultHost = VaultHost,
            VaultPort = VaultPort ?? 8200,
            VaultProtocol = VaultProtocol?.ToLowerInvariant() ?? "https",
            VaultRole = VaultRole ?? "openservicemesh",
            VaultTokenSecret = VaultTokenSecretName is null ? null : (VaultTokenSecretName, VaultTokenSecretKey),
            Issuer = new CertManagerProvider(IssuerName ?? "osm-ca", IssuerKind ?? "Issuer", IssuerGroup ?? "cert-manager.io"),
        };
        WarnOf(installation);
        Write(installation, AsPlainText ? new string(VaultToken.ToChars()) : null);
    }

    private static OsmManager ParseManager(string name) => name.ToLowerInvariant() switch
    {
        "tresor" => OsmManager.Tresor,
        "vault" => OsmManager.Vault,
        "cert-manager" or "certmanager" => OsmManager.CertManager,
        string key when key.Contains("azure", StringComparison.Ordinal) || key.Replace("-", "", StringComparison.Ordinal).Contains("keyvault", StringComparison.Ordinal) => throw OsmCommandErrors.KeyVault(name),
        _ => throw OsmCommandErrors.ManagerUnknown(name),
    };

    private void EnsureFits(OsmManager manager)
    {
        bool is06 = For.Equals("Osm06", StringComparison.OrdinalIgnoreCase);
        (string Parameter, bool Given, bool Fits)[] given =
        [
            (nameof(VaultHost), VaultHost is not null, manager == OsmManager.Vault),
            (nameof(VaultPort), VaultPort is not null, manager == OsmManager.Vault),
            (nameof(VaultProtocol), VaultProtocol is not null, manager == OsmManager.Vault),
            (nameof(VaultRole), VaultRole is not null, manager == OsmManager.Vault),
            (nameof(VaultToken), VaultToken is not null, manager == OsmManager.Vault),
            (nameof(VaultTokenSecretName), VaultTokenSecretName is not null, manager == OsmManager.Vault && !is06),
            (nameof(IssuerName), IssuerName is not null, manager == OsmManager.CertManager),
            (nameof(IssuerKind), IssuerKind is not null, manager == OsmManager.CertManager),
            (nameof(IssuerGroup), IssuerGroup is not null, manager == OsmManager.CertManager),
        ];
        if (given.FirstOrDefault(each => each.Given && !each.Fits).Parameter is { } wrong)
        {
            throw OsmCommandErrors.ParameterUnused(wrong, CertificateManager, For);
        }

        if (manager == OsmManager.Vault && VaultHost is null)
        {
            throw OsmCommandErrors.ParameterMissing("-VaultHost", "the host of Vault, as vault.contoso.com");
        }

        if (AsPlainText && VaultToken is null)
        {
            throw OsmCommandErrors.ParameterMissing("-VaultToken", "the token that -AsPlainText shall write");
        }
    }

    private TimeSpan UsualLife()
    {
        TimeSpan day = TimeSpan.FromHours(24);
        return InputObject is MeshCa { LongestLife: { } longest } && longest < day ? longest : day;
    }

    private void WarnOf(OsmInstallation installation)
    {
        foreach (string trap in installation.FindTraps())
        {
            WriteWarning(trap);
        }

        if (InputObject is MeshCa authority && installation.Manager == OsmManager.Tresor)
        {
            WarnOf(authority, installation.ServiceLife);
        }

        if (installation is { Manager: OsmManager.Vault, VaultTokenSecret: null } && !AsPlainText && As.Equals("HelmValues", StringComparison.OrdinalIgnoreCase))
        {
            string root = installation.IsV06 ? "OpenServiceMesh" : "osm";
            WriteWarning($"Vault's token is not in the values. Give it when you install, as helm install --set {root}.vault.token=\"$VAULT_TOKEN\".");
        }
    }

    private void WarnOf(MeshCa authority, TimeSpan life)
    {
        if (!authority.KeyAlgorithm.StartsWith("Rsa", StringComparison.Ordinal))
        {
            WriteWarning($"{authority} has a key of {authority.KeyAlgorithm}, and OSM's own issuer takes RSA keys only. Make one with New-MeshCa -KeyAlgorithm Rsa2048.");
        }

        if (authority.LongestLife is { } longest && longest < life)
        {
            WriteWarning($"{authority} is made for certificates of {longest} at most, which OSM does not know: it will issue for {life}.");
        }

        if (authority.NotAfter - Time.GetUtcNow().UtcDateTime < TimeSpan.FromDays(365))
        {
            WriteWarning($"{authority} ends at {authority.NotAfter:u}, and OSM never renews its root.");
        }
    }

    private void Write(OsmInstallation installation, string? token)
    {
        switch (As.ToLowerInvariant())
        {
            case "helmvalues":
                WriteObject(installation.ToHelmValues(token));
                break;
            case "environment":
                WriteObject(installation.ToEnvironment(token), enumerateCollection: true);
                break;
            default:
                WriteObject(installation.ToArguments(token), enumerateCollection: true);
                break;
        }
    }
}
