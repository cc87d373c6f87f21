using System.Management.Automation;
using MeshSecrets.Meshes.Osm;

namespace MeshSecrets.Commands;

/// <summary>Makes a MeshRootCertificate, by which Open Service Mesh (v1.2 and later) is told who signs for the mesh.</summary>
[Cmdlet(VerbsCommon.New, "MeshRootCertificate", DefaultParameterSetName = TresorSet)]
[OutputType(typeof(MeshManifest), typeof(string))]
public sealed class NewMeshRootCertificateCommand : ResourceCommand
{
    private const string TresorSet = "Tresor";
    private const string VaultSet = "Vault";
    private const string CertManagerSet = "CertManager";

    /// <summary>The name of the resource.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = MeshRootCertificate.DefaultName;

    /// <summary>The namespace of OSM's control plane.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string Namespace { get; set; } = "osm-system";

    /// <summary>What the names of services end with.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string TrustDomain { get; set; } = "cluster.local";

    /// <summary>Active signs and validates, Passive only validates, Inactive is not used.</summary>
    [Parameter]
    [ValidateSet("Active", "Passive", "Inactive")]
    public string Role { get; set; } = "Active";

    /// <summary>Put a SPIFFE ID into each certificate.</summary>
    [Parameter]
    public SwitchParameter SpiffeEnabled { get; set; }

    /// <summary>The secret with the root and its key, in the form OsmCaBundle.</summary>
    [Parameter(ParameterSetName = TresorSet)]
    [ValidateNotNullOrEmpty]
    public string? CaSecretName { get; set; }

    /// <summary>The secret with the root, as an authority or a secret from a store, or as the manifest of a Secret.</summary>
    [Parameter(ValueFromPipeline = true, ParameterSetName = TresorSet)]
    public PSObject? InputObject { get; set; }

    /// <summary>The host of Vault.</summary>
    [Parameter(Mandatory = true, ParameterSetName = VaultSet)]
    public string VaultHost { get; set; } = "";

    /// <summary>The port of Vault.</summary>
    [Parameter(ParameterSetName = VaultSet)]
    [ValidateRange(1, 65535)]
    public int VaultPort { get; set; } = 8200;

    /// <summary>The role by which OSM issues.</summary>
    [Parameter(ParameterSetName = VaultSet)]
    [ValidateNotNullOrEmpty]
    public string VaultRole { get; set; } = "openservicemesh";

    /// <summary>http or https.</summary>
    [Parameter(ParameterSetName = VaultSet)]
    [ValidateSet("http", "https")]
    public string VaultProtocol { get; set; } = "https";

    /// <summary>The secret with Vault's token.</summary>
    [Parameter(Mandatory = true, ParameterSetName = VaultSet)]
    public string VaultTokenSecretName { get; set; } = "";

    /// <summary>The data key of the token in that secret.</summary>
    [Parameter(ParameterSetName = VaultSet)]
    [ValidateNotNullOrEmpty]
    public string VaultTokenSecretKey { get; set; } = "token";

    /// <summary>The name of cert-manager's issuer.</summary>
    [Parameter(Mandatory = true, ParameterSetName = CertManagerSet)]
    public string IssuerName { get; set; } = "";

    /// <summary>Its kind.</summary>
    [Parameter(ParameterSetName = CertManagerSet)]
    [ValidateNotNullOrEmpty]
    public string IssuerKind { get; set; } = "Issuer";

    /// <summary>Its API group.</summary>
    [Parameter(ParameterSetName = CertManagerSet)]
    [ValidateNotNullOrEmpty]
    public string IssuerGroup { get; set; } = "cert-manager.io";

    /// <inheritdoc/>
    protected override void Process()
    {
        OsmProvider provider = ParameterSetName switch
        {
            VaultSet => new VaultProvider(VaultHost, VaultPort, VaultRole, VaultProtocol.ToLowerInvariant(), VaultTokenSecretName, VaultTokenSecretKey, Namespace),
            CertManagerSet => new CertManagerProvider(IssuerName, IssuerKind, IssuerGroup),
            _ => ToTresor(),
        };
        WriteManifest(new MeshRootCertificate
        {
            Name = Name,
            Namespace = Namespace,
            TrustDomain = TrustDomain,
            Role = Enum.Parse<MeshRootCertificateRole>(Role, ignoreCase: true),
            SpiffeEnabled = SpiffeEnabled,
            Provider = provider,
        }.ToManifest());
    }

    private TresorProvider ToTresor()
    {
        (string? name, string? ns) = InputObject?.BaseObject switch
        {
            null => (null, null),
            MeshSecret secret => (secret.Name, secret.Namespace),
            MeshManifest { Kind: "Secret" } manifest => (manifest.Name, manifest.Namespace),
            object other => throw OsmCommandErrors.NotASecret(other),
        };
        return new TresorProvider(CaSecretName ?? name ?? "osm-ca-bundle", ns ?? Namespace);
    }
}
