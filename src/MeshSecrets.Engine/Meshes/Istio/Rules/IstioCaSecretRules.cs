using MeshSecrets.Certificates.Keys;
using MeshSecrets.Meshes.Rules;
using MeshSecrets.Secrets;
using static MeshSecrets.Meshes.Istio.Rules.IstioSubject;

namespace MeshSecrets.Meshes.Istio.Rules;

/// <summary>Name, place and data keys of the secret that istiod reads.</summary>
internal static class IstioCaSecretRules
{
    internal static MeshRule BothLayouts { get; } = new(
        "IstioCaBothLayouts",
        RuleSeverity.Warning,
        "With tls.crt there, istiod reads tls.crt, tls.key and ca.crt, and nothing of the other files: a change of ca-cert.pem is never seen.",
        "Remove the data keys of the one layout: Export-MeshCaBundle -Format IstioCacerts or IstioCacertsTls writes one alone.",
        $"{Bootstrap} detectSigningCABundleAndCRL",
        Secret((secret, _) => IsTlsLayout(secret) && (Has(secret, IstioNames.CaCert) || Has(secret, IstioNames.CaKey)) ? "the secret has tls.crt and the files of Istio's own layout as well" : null));

    internal static MeshRule CrlIgnored { get; } = new(
        "IstioCaCrlIgnored",
        RuleSeverity.Warning,
        "istiod looks for no revocation list beside tls.crt: nothing that is revoked is refused.",
        "Use the other layout: Export-MeshCaBundle -Format IstioCacerts.",
        $"{Bootstrap} detectSigningCABundleAndCRL",
        Secret((secret, _) => IsTlsLayout(secret) && secret.GetData().Keys.FirstOrDefault(key => key is IstioNames.CaCrl or GatewayKeys.Crl) is { } crl ? $"the secret has {crl} beside tls.crt" : null));

    internal static MeshRule Generated { get; } = new(
        "IstioCaGenerated",
        RuleSeverity.Warning,
        "With USE_CACERTS_FOR_SELF_SIGNED_CA istiod takes the secret for one that it made itself: it reads ca-cert.pem and ca-key.pem alone, and replaces them when they near their end.",
        "Remove the data key istio-generated from an authority that was plugged in.",
        $"{Bootstrap} createIstioCA; security/pkg/pki/ca/ca.go BuildSecret",
        Secret((secret, subject) => Has(secret, IstioNames.Generated) && (!IstioAuthority.IsBlank(secret, IstioNames.CertChain) || subject.Certificate is { IsSelfIssued: false })
            ? "the secret bears the mark istio-generated, and what is in it is not of istiod's making" : null));

    internal static MeshRule Name { get; } = new(
        "IstioCaSecretName",
        RuleSeverity.Warning,
        "istiod mounts the secret cacerts alone: under another name it is not seen, and istiod makes a root of its own.",
        "Name it cacerts in each cluster: Export-MeshCaBundle -Format IstioCacerts does so.",
        "istio/istio security/pkg/pki/ca/ca.go CACertsSecret; https://istio.io/latest/docs/tasks/security/cert-management/plugin-ca-cert/",
        Secret((secret, _) => secret.Id.Namespace is not null && secret.Id.Name is not (IstioNames.Cacerts or IstioNames.CaSecret) ? $"the secret is named '{secret.Id.Name}'" : null));

    internal static MeshRule Namespace { get; } = new(
        "IstioCaSecretNamespace",
        RuleSeverity.Warning,
        "istiod reads it in its own namespace alone, which is istio-system unless it was installed elsewhere.",
        "Put it into istiod's namespace: Export-MeshCaBundle -TargetNamespace.",
        "https://istio.io/latest/docs/tasks/security/cert-management/plugin-ca-cert/",
        Secret((secret, _) => secret.Id.Namespace is { } place && place != IstioNames.Namespace ? $"the secret stands in the namespace '{place}'" : null));

    internal static MeshRule KeyShared { get; } = new(
        "IstioCaKeyShared",
        RuleSeverity.Warning,
        "Clusters that sign with one key fall together: who takes it from the one speaks for every workload of the other.",
        "Make an authority for each cluster below one root: New-MeshCa cluster1 -Issuer root-ca -PathLength 0.",
        "https://istio.io/latest/docs/tasks/security/cert-management/plugin-ca-cert/",
        subject => subject.Key is { } key && subject.Context.Others.With(SharableKey, key.Thumbprint).FirstOrDefault(other => other.Target != subject.Target) is { } shared
            ? $"{shared.Target} has the same private key" : null);

    /// <summary>The store's own copy, from which a secret was written, shares it with nobody.</summary>
    private static string? SharableKey(RuleSubject subject) => subject.Secret?.Metadata.Type == SecretType.CertificateAuthority ? null : subject.Key?.Thumbprint;
}
