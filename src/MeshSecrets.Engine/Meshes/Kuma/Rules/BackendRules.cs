using System.Globalization;
using MeshSecrets.Meshes.Dependencies;
using MeshSecrets.Meshes.Kuma.Dependencies;
using MeshSecrets.Meshes.Kuma.Mtls;
using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Meshes.Rules;
using MeshSecrets.Secrets;
using static MeshSecrets.Meshes.Kuma.Rules.KumaSubject;

namespace MeshSecrets.Meshes.Kuma.Rules;

/// <summary>What each backend of a Mesh says.</summary>
internal static class BackendRules
{
    private const string ProvidedManager = "kumahq/kuma v2.14.3, pkg/plugins/ca/provided/manager.go";
    private const string Proto = "kumahq/kuma v2.14.3, api/mesh/v1alpha1/mesh.proto";
    private const string DurationSource = "kumahq/kuma v2.14.3, pkg/core/resources/apis/mesh/mesh_helpers.go ParseDuration";
    private static readonly string[] s_kumas = [MtlsBackend.Builtin, MtlsBackend.Provided];
    private static readonly string[] s_dataSources = ["secret", "file", "inline", "inlineString"];

    internal static MeshRule ConfMisspelt { get; } = new(
        "KumaConfMisspelt",
        RuleSeverity.Error,
        "Kuma drops the field, and refuses the Mesh because conf is missing: 'mtls.backends[0].conf.cert: has to be defined'.",
        "Rename config to conf. The guides of Kuma 0.4 and Kong Mesh 2.1 have it wrong.",
        Proto,
        EachBackend(backend => backend.Node.Find("config") is null ? [] : ["its settings stand in 'config', the field is 'conf'"]));

    internal static MeshRule Type { get; } = OfTypes("KumaBackendType", "Use builtin or provided; vault, acmpca and certmanager are Kong Mesh's.", s_kumas);

    internal static MeshRule KongType { get; } = OfTypes(
        "KongMeshBackendType", "Use builtin, provided, vault, acmpca or certmanager.", [.. s_kumas, MtlsBackend.Vault, MtlsBackend.AcmPca, MtlsBackend.CertManager]);

    internal static MeshRule ProvidedConf { get; } = new(
        "KumaProvidedConf",
        RuleSeverity.Error,
        "Kuma refuses the Mesh: 'conf.cert: has to be defined', 'data source has to be chosen. Available sources: secret, file, inline', or 'cannot be empty'.",
        "Name the secrets with certificate and key in conf.cert.secret and conf.key.secret, as New-MeshMtls -CertificateSecret -KeySecret does.",
        ProvidedManager,
        EachBackend(backend => backend.Type != MtlsBackend.Provided ? [] : new[] { "cert", "key" }
            .Select(part => Fault(backend.Conf?.Find(part)) is { } fault ? $"conf.{part} {fault}" : null).OfType<string>()));

    internal static MeshRule InlineKey { get; } = new(
        "KumaInlinePrivateKey",
        RuleSeverity.Warning,
        "It works, and everyone who may read the Mesh reads the authority's private key.",
        "Put the key into a secret (Export-MeshCaBundle -Format KumaProvided) and name it in conf.key.secret.",
        "kumahq/kuma v2.14.3, api/system/v1alpha1/datasource.proto",
        EachBackend(MtlsBackend.Provided, backend => backend.Conf?.Find("key") is { } key && (key.Find("inline") ?? key.Find("inlineString")) is not null ? "the private key stands in the resource" : null));

    internal static MeshRule SecretMissing { get; } = new(
        "KumaBackendSecretMissing",
        RuleSeverity.Error,
        "Kuma refuses the Mesh: 'could not load data: Resource not found: type=\"Secret\"'; with skipValidation, proxies get no certificates.",
        "Apply the secret first, in the same mesh and under this name.",
        "kumahq/kuma v2.14.3, pkg/core/datasource",
        subject => MissingSecrets(subject).Where(pair => !pair.IsElsewhere).Select(pair => $"{pair.Use.Field} refers to '{pair.Use.SecretName}', which is not among the secrets here"));

    internal static MeshRule SecretElsewhere { get; } = new(
        "KumaBackendSecretOfOtherMesh",
        RuleSeverity.Error,
        "A mesh sees its own secrets only: 'could not load data: Resource not found: type=\"Secret\"'.",
        "Create the secret in this mesh too; one secret cannot serve two.",
        "kumahq/kuma-website, app/_src/production/secure-deployment/secrets.md",
        subject => MissingSecrets(subject).Where(pair => pair.IsElsewhere).Select(pair => $"{pair.Use.Field} refers to '{pair.Use.SecretName}', which is global or of another mesh"));

    internal static MeshRule Expiration { get; } = new(
        "KumaExpirationFormat",
        RuleSeverity.Error,
        "Kuma refuses the Mesh: 'mtls.dpcert.rotation.expiration: has to be a valid format'.",
        "Write one number and one unit of y, w, d, h, m, s and ms: 90m, not 1h30m. A dpCert needs it even if only a timeout is set.",
        DurationSource,
        EachBackend(backend => backend.Node.Find("dpCert") is not { } settings || KumaDuration.TryParse(settings.Find("rotation")?["expiration"]) is not null
            ? [] : [settings.Find("rotation")?["expiration"] is { Length: > 0 } text ? $"'{text}' is no span of time as Kuma has it" : "dpCert has no rotation.expiration"]));

    internal static MeshRule CaExpiration { get; } = new(
        "KumaCaExpirationFormat",
        RuleSeverity.Error,
        "Kuma takes the Mesh and then cannot make the root: 'not a valid duration string'.",
        "Write one number and one unit of y, w, d, h, m, s and ms in conf.caCert.expiration: 10y.",
        DurationSource,
        EachBackend(MtlsBackend.Builtin, backend => backend.Conf?.Find("caCert")?["expiration"] is { Length: > 0 } text && KumaDuration.TryParse(text) is null ? $"'{text}' is no span of time as Kuma has it" : null));

    internal static MeshRule WorkloadOutlivesRoot { get; } = new(
        "KumaWorkloadOutlivesRoot",
        RuleSeverity.Error,
        "Kuma signs certificates that live longer than its root: they verify no more, though they are not expired.",
        "Let dpCert.rotation.expiration be a small part of conf.caCert.expiration.",
        "RFC 5280 §6.1.3",
        EachBackend(MtlsBackend.Builtin, backend => KumaDuration.TryParse(backend.Conf?.Find("caCert")?["expiration"]) is { } root
            && (KumaDuration.TryParse(backend.Node.Find("dpCert", "rotation")?["expiration"]) ?? TimeSpan.FromDays(1)) >= root ? "workloads' certificates live as long as the root, or longer" : null));

    internal static MeshRule RsaBits { get; } = new(
        "KumaRsaBits",
        RuleSeverity.Error,
        "Kuma refuses what is no number ('could not convert backend config'); keys of less than 2048 bits are too weak for a root of years.",
        "Set conf.caCert.RSAbits to 2048 or more, or leave it out.",
        "kumahq/kuma v2.14.3, pkg/plugins/ca/builtin/config/builtin_ca_config.proto",
        EachBackend(MtlsBackend.Builtin, backend => backend.Conf?.Find("caCert")?["RSAbits"] is { } text && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int bits) || bits < 2048) ? $"RSAbits is {text}" : null));

    internal static MeshRule Mode { get; } = new(
        "KumaBackendMode",
        RuleSeverity.Error,
        "Kuma cannot read the Mesh: the value is none that the field knows.",
        "Write STRICT or PERMISSIVE, in capitals.",
        Proto,
        EachBackend(backend => backend.Mode is null or "STRICT" or "PERMISSIVE" ? [] : [$"'{backend.Mode}' is no mode"]));

    internal static MeshRule Permissive { get; } = new(
        "KumaPermissive",
        RuleSeverity.Advice,
        "Services accept plain text beside TLS. It is for the time in which workloads move in.",
        "Set STRICT once all workloads have proxies.",
        "kumahq/kuma-website, app/_src/policies/mutual-tls.md",
        EachBackend(backend => backend.Mode == "PERMISSIVE" ? ["the mode is PERMISSIVE"] : []));

    private static MeshRule OfTypes(string id, string remedy, string[] known) => new(
        id,
        RuleSeverity.Error,
        "The control plane refuses the Mesh: 'could not find installed plugin for this type'.",
        remedy,
        "kumahq/kuma v2.14.3, pkg/core/managers/apis/mesh/mesh_validator.go",
        EachBackend(backend => known.Contains(backend.Type) ? [] : [backend.Type.Length == 0 ? "it has no type" : $"'{backend.Type}' is no type of backend here"]));

    private static string? Fault(ManifestNode? source) => source is null ? "is not defined"
        : !s_dataSources.Any(kind => source.Find(kind) is not null) ? "names no data source"
        : s_dataSources.Any(kind => source.Find(kind) is { } value && string.IsNullOrEmpty(value.Text)) ? "is empty"
        : null;

    /// <summary>References that lead nowhere, as far as the secrets of the run tell.</summary>
    private static IEnumerable<(SecretUse Use, bool IsElsewhere)> MissingSecrets(RuleSubject subject)
    {
        if (Mesh(subject) is not { } mesh || !subject.Context.Others.HaveSecrets)
        {
            return [];
        }

        // What a builtin backend owns is made by Kuma.
        string[] owned = [.. mesh.Backends.Where(backend => backend.Type == MtlsBackend.Builtin).Select(backend => backend.Field)];
        return new MeshKind().FindUses(mesh.Mesh)
            .Where(use => !owned.Contains(use.Field) && !OtherSecrets(subject, use.SecretName).Any(secret => use.Means(secret.Id) && secret.Metadata.Type != KumaSecret.GlobalType))
            .Select(use => (use, OtherSecrets(subject, use.SecretName).Any()));
    }
}
