using System.Buffers;
using System.Text;
using MeshSecrets.Meshes.Manifests;

namespace MeshSecrets.Meshes.Osm;

/// <summary>What an installation of OSM is told of its certificates: as values of its Helm chart, as environment of its scripts, as arguments of its command line.</summary>
public sealed record OsmInstallation
{
    private const string TokenVariable = "VAULT_TOKEN";

    /// <summary>Whether it is v0.6, whose chart and command line have other names than those of the last versions.</summary>
    public bool IsV06 { get; init; }

    /// <summary>Who signs.</summary>
    public required OsmManager Manager { get; init; }

    /// <summary>The secret with the root.</summary>
    public string CaBundleSecretName { get; init; } = OsmNames.Bundle;

    /// <summary>The life of services' certificates.</summary>
    public TimeSpan ServiceLife { get; init; } = TimeSpan.FromHours(24);

    /// <summary>The host of Vault.</summary>
    public string? VaultHost { get; init; }

    /// <summary>The port of Vault.</summary>
    public int VaultPort { get; init; } = 8200;

    /// <summary><c>http</c> or <c>https</c>.</summary>
    public string VaultProtocol { get; init; } = "https";

    /// <summary>The role by which OSM issues.</summary>
    public string VaultRole { get; init; } = "openservicemesh";

    /// <summary>The secret with Vault's token and the data key in it, which the last versions take in place of the token.</summary>
    public (string Name, string Key)? VaultTokenSecret { get; init; }

    /// <summary>The issuer of cert-manager: name, kind and group.</summary>
    public CertManagerProvider Issuer { get; init; } = new("osm-ca");

    /// <summary>What OSM will do with these settings that nobody expects.</summary>
    /// <returns>The warnings.</returns>
    public IEnumerable<string> FindTraps()
    {
        bool isVault = Manager == OsmManager.Vault;
        if (isVault && ServiceLife.Ticks % TimeSpan.TicksPerHour != 0)
        {
            yield return $"OSM asks Vault for whole hours only: of {GoDuration.Format(ServiceLife)} it sends {(long)ServiceLife.TotalHours}h{(ServiceLife < TimeSpan.FromHours(1) ? ", for which Vault gives the role's default" : "")}. Choose whole hours.";
        }

        if (isVault && VaultProtocol == "http")
        {
            yield return "By http, Vault's token and every private key of the mesh go over the network in clear. Choose -VaultProtocol https.";
        }

        if (isVault && IsV06 && VaultRole != "openservicemesh")
        {
            yield return $"The chart of OSM v0.6 does not hand the role on to the controller, which goes on with 'openservicemesh': make Vault's role of that name, or add --vault-role={ShellWord.Quote(VaultRole)} to the controller's arguments.";
        }

        if (isVault && IsV06 && VaultPort != 8200)
        {
            yield return $"The chart and 'osm install' of v0.6 know no port of Vault: add --vault-port={VaultPort} to the controller's arguments, or serve Vault at 8200.";
        }

        if (isVault && IsV06)
        {
            yield return "What OSM v0.6 asks Vault for is ten years for xDS and webhooks: the role and the mount must allow it (max_ttl=87600h), or Vault shortens it and OSM renews too late.";
        }

        if (IsV06 && CaBundleSecretName != OsmNames.Bundle)
        {
            yield return "'osm install' of v0.6 does not know --ca-bundle-secret-name, which is a flag of osm-controller: set it in the Helm values.";
        }
    }

    /// <summary>The values for Helm, in YAML.</summary>
    /// <param name="token">Vault's token; <see langword="null"/> leaves it out.</param>
    /// <returns>The text.</returns>
    public string ToHelmValues(string? token)
    {
        ManifestNode life = ManifestNode.String(GoDuration.Format(ServiceLife));
        ManifestNode manager = ManifestNode.String(ManagerName);
        ManifestNode osm = IsV06
            ? ManifestNode.Mapping(("certificateManager", manager), ("serviceCertValidityDuration", life))
            : ManifestNode.Mapping(("certificateProvider", ManifestNode.Mapping(("kind", manager), ("serviceCertValidityDuration", life))));
        osm.Set("caBundleSecretName", ManifestNode.String(CaBundleSecretName));
        osm.Set("vault", Manager != OsmManager.Vault ? null : ManifestNode.Mapping(
            ("host", ManifestNode.String(VaultHost)),
            ("port", IsV06 ? null : ManifestNode.Number(VaultPort)),
            ("protocol", ManifestNode.String(VaultProtocol)),
            ("role", ManifestNode.String(VaultRole)),
            ("token", ManifestNode.String(token)),
            ("secret", VaultTokenSecret is { } secret ? ManifestNode.Mapping(("name", ManifestNode.String(secret.Name)), ("key", ManifestNode.String(secret.Key))) : null)));
        osm.Set("certmanager", Manager != OsmManager.CertManager ? null : Issuer.ToNode());
        ArrayBufferWriter<byte> yaml = new();
        ManifestWriter.WriteYaml(new Manifest(ManifestNode.Mapping((ChartRoot, osm)), "values"), yaml);
        return Encoding.UTF8.GetString(yaml.WrittenSpan);
    }

    /// <summary>The lines of OSM's <c>.env</c>, for a POSIX shell.</summary>
    /// <param name="token">Vault's token; <see langword="null"/> to have it taken from the environment.</param>
    /// <returns>A line for each variable.</returns>
    public IEnumerable<string> ToEnvironment(string? token)
    {
        yield return $"export CERT_MANAGER={ManagerName}";
        if (Manager == OsmManager.Vault)
        {
            yield return $"export VAULT_HOST={ShellWord.Quote(VaultHost!)}";
            yield return $"export VAULT_PROTOCOL={VaultProtocol}";
            yield return token is null
                ? $"export {TokenVariable}=\"${{{TokenVariable}:?is not set}}\""
                : $"export {TokenVariable}={ShellWord.Quote(token)}";
            yield return $"export VAULT_ROLE={ShellWord.Quote(VaultRole)}";
        }
    }

    /// <summary>The arguments, each quoted for a POSIX shell: of <c>osm install</c> and osm-controller for v0.6, and as <c>--set</c> for later versions.</summary>
    /// <param name="token">Vault's token; <see langword="null"/> for <c>$VAULT_TOKEN</c>, which the shell fills in.</param>
    /// <returns>The arguments.</returns>
    public IEnumerable<string> ToArguments(string? token) =>
        Settings().Select(setting => $"{Option(setting.Flag, setting.Value)}={ShellWord.Quote(Escape(setting.Text))}").Concat(TokenArgument(token));

    private string ManagerName => Manager switch
    {
        OsmManager.Tresor => "tresor",
        OsmManager.Vault => "vault",
        _ => "cert-manager",
    };

    private string ChartRoot => IsV06 ? "OpenServiceMesh" : "osm";

    private string Option(string flag, string value) => IsV06 ? $"--{flag}" : $"--set={ChartRoot}.{value}";

    /// <summary>In Helm's --set a comma begins the next value.</summary>
    private string Escape(string text) => IsV06 ? text : text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(",", "\\,", StringComparison.Ordinal);

    private IEnumerable<(string Flag, string Value, string Text)> Settings()
    {
        yield return ("certificate-manager", "certificateProvider.kind", ManagerName);
        if (Manager == OsmManager.Vault)
        {
            yield return ("vault-host", "vault.host", VaultHost!);
            yield return ("vault-protocol", "vault.protocol", VaultProtocol);
            yield return ("vault-role", "vault.role", VaultRole);
            if (VaultPort != 8200)
            {
                yield return ("vault-port", "vault.port", VaultPort.ToString(System.Globalization.CultureInfo.InvariantCulture));
            }
        }

        if (Manager == OsmManager.CertManager)
        {
            yield return ("cert-manager-issuer-name", "certmanager.issuerName", Issuer.IssuerName);
            yield return ("cert-manager-issuer-kind", "certmanager.issuerKind", Issuer.IssuerKind);
            yield return ("cert-manager-issuer-group", "certmanager.issuerGroup", Issuer.IssuerGroup);
        }

        yield return ("service-cert-validity-duration", "certificateProvider.serviceCertValidityDuration", GoDuration.Format(ServiceLife));
        if (CaBundleSecretName != OsmNames.Bundle)
        {
            yield return ("ca-bundle-secret-name", "caBundleSecretName", CaBundleSecretName);
        }
    }

    private IEnumerable<string> TokenArgument(string? token)
    {
        if (Manager != OsmManager.Vault)
        {
            return [];
        }

        return VaultTokenSecret is { } secret
            ? [$"--set={ChartRoot}.vault.secret.name={ShellWord.Quote(secret.Name)}", $"--set={ChartRoot}.vault.secret.key={ShellWord.Quote(secret.Key)}"]
            : [$"{Option("vault-token", "vault.token")}={(token is null ? $"\"${TokenVariable}\"" : ShellWord.Quote(Escape(token)))}"];
    }
}
