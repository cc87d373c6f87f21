using System.Text.RegularExpressions;
using MeshSecrets.Meshes.Kuma.Mtls;
using MeshSecrets.Meshes.Kuma.Rules;
using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Meshes.Rules;
using static MeshSecrets.Meshes.Kuma.Rules.KumaSubject;

namespace MeshSecrets.Meshes.KongMesh;

/// <summary>What Kong Mesh has beyond Kuma: several backends, and those of Vault, AWS and cert-manager.</summary>
internal static partial class KongMeshRules
{
    private const string VaultSource = "Kong/docs.konghq.com, app/_src/mesh/features/vault.md";
    private const string AcmSource = "Kong/docs.konghq.com, app/_src/mesh/features/acmpca.md";
    private const string CertManagerSource = "Kong/docs.konghq.com, app/_src/mesh/features/cert-manager.md";

    internal static MeshRule RotationStep { get; } = new(
        "KongMeshRotationStep",
        RuleSeverity.Error,
        "Proxies that trust one authority only refuse those of the other. Kong Mesh's own validators stop some of these steps, not all.",
        "Go in three steps: add the new backend, enable it once all proxies trust both, remove the old one once all have renewed.",
        "Kong/docs.konghq.com, app/_src/mesh/features/ca-rotation.md",
        subject => Mesh(subject) is { EnabledBackend: { } name } mesh
            && MeshRules.OtherVersions(subject, mesh).FirstOrDefault(other => other.EnabledBackend is { } before && before != name && !(HasBoth(mesh, name, before) && HasBoth(other, name, before))) is { } found
                ? $"between {found.Mesh.Source} ('{found.EnabledBackend}' signs) and this one ('{name}' signs) a step is missing: both must have both backends"
                : null);

    internal static MeshRule VaultConf { get; } = new(
        "KongMeshVaultConf",
        RuleSeverity.Error,
        "The control plane cannot ask Vault, and refuses the Mesh or gives proxies no certificates.",
        "Set conf.fromCp with pki, role, and address or agentAddress, as New-MeshMtls -VaultRole does.",
        VaultSource,
        EachBackend(MtlsBackend.Vault, backend => backend.Conf?.Find("fromCp") is not { } conf ? "conf.fromCp is missing"
            : IsBlank(conf, "pki") || IsBlank(conf, "role") ? "pki or role is missing"
            : IsBlank(conf, "address") && IsBlank(conf, "agentAddress") ? "neither address nor agentAddress is set"
            : null));

    internal static MeshRule VaultAuthentication { get; } = new(
        "KongMeshVaultAuthentication",
        RuleSeverity.Error,
        "The control plane does not know how to prove itself to Vault.",
        "Set exactly one of auth.token, auth.tls and auth.aws; with agentAddress the agent may do it.",
        VaultSource,
        EachBackend(MtlsBackend.Vault, backend => backend.Conf?.Find("fromCp") is { } conf
            && (conf.Find("auth")?.Fields.Count ?? 0) is var ways && (ways > 1 || (ways == 0 && IsBlank(conf, "agentAddress"))) ? $"there are {ways} ways of authentication" : null));

    internal static MeshRule VaultTransport { get; } = new(
        "KongMeshVaultTransport",
        RuleSeverity.Warning,
        "Whoever stands between control plane and Vault reads the token, and can sign for the whole mesh.",
        "Use https with tls.caCert, and no skipVerify.",
        VaultSource,
        EachBackend(MtlsBackend.Vault, backend => backend.Conf?.Find("fromCp") is not { } conf ? null
            : conf["address"]?.StartsWith("http:", StringComparison.OrdinalIgnoreCase) == true ? "the address is http"
            : conf.Find("tls")?["skipVerify"] == "true" ? "skipVerify is on"
            : null));

    internal static MeshRule InlineCredential { get; } = new(
        "KongMeshInlineCredential",
        RuleSeverity.Warning,
        "It works, and everyone who may read the Mesh reads the credential.",
        "Put it into a secret of the mesh, and refer to it with secret, as New-MeshMtls does.",
        "kumahq/kuma v2.14.3, api/system/v1alpha1/datasource.proto",
        EachBackend(backend => (backend.Conf?.Find("fromCp", "auth") ?? backend.Conf?.Find("auth")) is { } auth && HoldsInline(auth) ? ["a credential stands in the resource"] : []));

    internal static MeshRule VaultKeyUsage { get; } = new(
        "KongMeshVaultRoleKeyUsage",
        RuleSeverity.Error,
        "Vault takes names without prefix, and silently ignores others: certificates come without the key usages, and TLS fails.",
        "Write key_usage=\"KeyEncipherment,KeyAgreement,DigitalSignature\"; Kong's guide has the prefix.",
        "openbao/openbao, internal/builtin/logical/pki/path_roles.go",
        subject => VaultRole(subject)?.Find("key_usage") is { } usages && Texts(usages).FirstOrDefault(usage => usage.StartsWith("KeyUsage", StringComparison.OrdinalIgnoreCase)) is { } wrong
            ? $"key_usage has '{wrong}'"
            : null);

    internal static MeshRule VaultUriSans { get; } = new(
        "KongMeshVaultRoleUriSans",
        RuleSeverity.Error,
        "Vault refuses every request of the control plane: the identity of a workload is a URI, and the role allows it none such.",
        "Write allowed_uri_sans=\"spiffe://<mesh>/*,kuma://*\".",
        VaultSource,
        subject => VaultRole(subject) is { } role && role.Find("allowed_uri_sans") is var uris
            && MissingUri(uris is null ? [] : [.. Texts(uris)], subject.Context.Mesh) is { } missing
                ? $"allowed_uri_sans lacks {missing}"
                : null);

    internal static MeshRule VaultCommonName { get; } = new(
        "KongMeshVaultRoleCommonName",
        RuleSeverity.Warning,
        "Vault refuses requests without common name; Kong Mesh sends one only if the backend has commonName.",
        "Set require_cn=false on the role, or commonName on the backend.",
        VaultSource,
        subject => VaultRole(subject) is { } role && role["require_cn"] != "false" ? "require_cn is not false" : null);

    internal static MeshRule AcmArn { get; } = new(
        "KongMeshAcmArn",
        RuleSeverity.Error,
        "The control plane cannot ask AWS: the region is read from the ARN, and AWS refuses one of another form.",
        "Copy the ARN of the authority: arn:aws:acm-pca:<region>:<12 digits>:certificate-authority/<id>.",
        AcmSource,
        EachBackend(MtlsBackend.AcmPca, backend => Arn().IsMatch(backend.Conf?["arn"] ?? "") ? null : IsBlank(backend.Conf, "arn") ? "conf.arn is missing" : "conf.arn is no ARN of an authority"));

    internal static MeshRule AcmCredentials { get; } = new(
        "KongMeshAcmCredentials",
        RuleSeverity.Error,
        "AWS refuses the requests: an access key is two parts.",
        "Set both accessKey and accessKeySecret, or neither, so that the surroundings of the control plane give credentials.",
        AcmSource,
        EachBackend(MtlsBackend.AcmPca, backend => backend.Conf?.Find("auth", "awsCredentials") is { } credentials
            && (credentials.Find("accessKey") is null) != (credentials.Find("accessKeySecret") is null) ? "one of accessKey and accessKeySecret is missing" : null));

    internal static MeshRule CertManagerIssuer { get; } = new(
        "KongMeshCertManagerIssuer",
        RuleSeverity.Error,
        "The control plane does not know which issuer of cert-manager to ask.",
        "Set conf.issuerRef.name; kind is Issuer or ClusterIssuer, group cert-manager.io.",
        CertManagerSource,
        EachBackend(MtlsBackend.CertManager, backend => IsBlank(backend.Conf?.Find("issuerRef"), "name") ? "conf.issuerRef.name is missing" : null));

    internal static MeshRule CertManagerCa { get; } = new(
        "KongMeshCertManagerCa",
        RuleSeverity.Advice,
        "The control plane takes the root from status.ca of the CertificateRequest; issuers such as ACME leave it empty, and then nobody trusts anybody.",
        "Set conf.caCert (New-MeshMtls -CaSecret), unless the issuer fills status.ca.",
        CertManagerSource,
        EachBackend(MtlsBackend.CertManager, backend => backend.Conf?.Find("caCert") is null ? "conf.caCert is not set" : null));

    internal static MeshRule CertManagerUniversal { get; } = new(
        "KongMeshCertManagerUniversal",
        RuleSeverity.Error,
        "cert-manager is of Kubernetes: a control plane outside it has no such backend.",
        "Choose vault, acmpca or provided outside Kubernetes.",
        CertManagerSource,
        EachBackendUniversal);

    internal static RuleSet Set { get; } = new(
        "KongMesh",
        "authorities, secrets and the Mesh of Kong Mesh, with Vault, AWS Private CA and cert-manager",
        [
            .. KumaRuleSets.Backends, BackendRules.KongType, RotationStep,
            VaultConf, VaultAuthentication, VaultTransport, InlineCredential, VaultKeyUsage, VaultUriSans, VaultCommonName,
            AcmArn, AcmCredentials, CertManagerIssuer, CertManagerCa, CertManagerUniversal,
            .. KumaRuleSets.Secrets, SecretRules.KongNamespace,
        ])
    {
        Fits = subject => Fits(subject) && subject.Secret?.Id.Namespace == "kong-mesh-system",
    };

    private static IEnumerable<string> EachBackendUniversal(RuleSubject subject) => Mesh(subject) is { Mesh.IsUniversal: true } mesh
        ? mesh.Backends.Where(backend => backend.Type == MtlsBackend.CertManager).Select(backend => $"{backend.Field} is of the type certmanager")
        : [];

    private static bool HasBoth(MtlsSettings mesh, string one, string other) =>
        mesh.Backends.Any(backend => backend.Name == one) && mesh.Backends.Any(backend => backend.Name == other);

    private static bool HoldsInline(ManifestNode node) =>
        node.Find("inline") is not null || node.Find("inlineString") is not null || node.Fields.Any(field => HoldsInline(field.Value));

    /// <summary>A role of Vault's PKI, as 'vault read -format=json pki/roles/x' writes it.</summary>
    private static ManifestNode? VaultRole(RuleSubject subject) => subject.Resource is not { Kind: "" } resource ? null
        : resource.Root.Find("data") is { } data && data.Find("allowed_uri_sans") is not null ? data
        : resource.Root.Find("key_usage") is not null || resource.Root.Find("allowed_uri_sans") is not null ? resource.Root
        : null;

    /// <summary>A list, or one text with commas.</summary>
    private static IEnumerable<string> Texts(ManifestNode node) => node.Text is { } text
        ? text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        : node.Entries.Select(entry => entry.Text).OfType<string>();

    private static string? MissingUri(string[] allowed, string? mesh)
    {
        bool Covers(string uri) => allowed.Any(pattern => pattern.EndsWith('*') && uri.StartsWith(pattern[..^1], StringComparison.Ordinal));
        return allowed.Contains("*") ? null
            : !(mesh is null ? allowed.Any(pattern => pattern.StartsWith("spiffe://", StringComparison.Ordinal)) : Covers($"spiffe://{mesh}/")) ? $"spiffe://{mesh ?? "<mesh>"}/*"
            : Covers("kuma://") ? null : "kuma://*";
    }

    [GeneratedRegex(@"^arn:aws[a-z-]*:acm-pca:[a-z]{2}(-[a-z]+)+-[0-9]+:[0-9]{12}:certificate-authority/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Arn();
}
