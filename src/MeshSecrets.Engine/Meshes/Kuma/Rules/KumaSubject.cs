using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Profiles;
using MeshSecrets.Meshes.Dependencies;
using MeshSecrets.Meshes.Kuma.Mtls;
using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Meshes.Rules;
using MeshSecrets.Secrets;

namespace MeshSecrets.Meshes.Kuma.Rules;

/// <summary>What Kuma's rules ask of a subject.</summary>
internal static class KumaSubject
{
    /// <summary>The source of the rules that Kuma 2 itself has for the certificate and key of an authority.</summary>
    internal const string ProvidedSource = "kumahq/kuma v2.14.3, pkg/plugins/ca/provided/ca_cert_validator.go";

    /// <summary>Whether a subject concerns Kuma without being told so.</summary>
    internal static bool Fits(RuleSubject subject) =>
        KumaSecret.IsKumas(subject.Secret?.Metadata.Type) || (subject.Resource is { } resource && (MtlsSettings.IsMesh(resource) || resource.ApiGroup == MtlsSettings.ApiGroup));

    /// <summary>The certificates of an authority; none if the subject is none. A secret of Kuma may as well hold the certificate of a gateway.</summary>
    internal static IReadOnlyList<CertificateInfo> Authority(RuleSubject subject)
    {
        bool isOther = KumaSecret.IsKumas(subject.Secret?.Metadata.Type) && subject.Certificate is { IsCa: false } && !Uses(subject).Any(IsAuthorityUse);
        return isOther ? [] : subject.Chain;
    }

    /// <summary>The key usages as Go reads them: an absent extension has none.</summary>
    internal static bool Has(CertificateInfo certificate, KeyUsages usage) => ((certificate.KeyUsages ?? KeyUsages.None) & usage) != 0;

    /// <summary>The places in resources of the run that refer to a subject's secret.</summary>
    internal static IEnumerable<SecretUse> Uses(RuleSubject subject) => subject.Secret is not { } secret ? [] : AllUses(subject).Where(use => use.Means(secret.Id));

    /// <summary>The places in resources of the run that refer to any secret.</summary>
    internal static IEnumerable<SecretUse> AllUses(RuleSubject subject) => subject.Context.Resources
        .Where(resource => resource.IsUniversal || resource.ApiGroup == MtlsSettings.ApiGroup)
        .SelectMany(resource => MeshDialects.RecognizeResource(resource)?.FindUses(resource) ?? []);

    /// <summary>A subject's Mesh, or <see langword="null"/> if it is another resource or none.</summary>
    internal static MtlsSettings? Mesh(RuleSubject subject) => subject.Resource is { } resource && MtlsSettings.IsMesh(resource) ? new MtlsSettings(resource) : null;

    /// <summary>The findings about each backend of a subject's Mesh.</summary>
    internal static Func<RuleSubject, IEnumerable<string>> EachBackend(Func<MtlsBackend, IEnumerable<string>> find) =>
        subject => Mesh(subject) is not { } mesh ? [] : mesh.Backends.SelectMany(backend => find(backend).Select(found => $"{backend.Field}: {found}"));

    /// <summary>The findings about each backend of one type.</summary>
    internal static Func<RuleSubject, IEnumerable<string>> EachBackend(string type, Func<MtlsBackend, string?> find) =>
        EachBackend(backend => backend.Type == type && find(backend) is { } found ? [found] : []);

    /// <summary>The findings about each certificate of an authority.</summary>
    internal static Func<RuleSubject, IEnumerable<string>> EachCertificate(Func<CertificateInfo, string?> find) =>
        subject => Authority(subject).Select((certificate, index) => find(certificate) is { } found ? $"certificate {index + 1} ({certificate.Subject}) {found}" : null).OfType<string>();

    /// <summary>The secrets of a name in the run, without the one that is judged.</summary>
    internal static IEnumerable<Secret> OtherSecrets(RuleSubject subject, string name) => subject.Context.Others.SecretsNamed(name).Select(other => other.Secret!);

    /// <summary>A text that is not there, or empty.</summary>
    internal static bool IsBlank(ManifestNode? node, string field) => string.IsNullOrEmpty(node?[field]);

    private static bool IsAuthorityUse(SecretUse use) =>
        use.Field.EndsWith(".cert.secret", StringComparison.Ordinal) || use.Field.Contains("provider.bundled", StringComparison.Ordinal);
}
