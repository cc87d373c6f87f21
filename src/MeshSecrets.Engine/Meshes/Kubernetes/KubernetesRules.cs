using System.Collections.Immutable;
using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Keys;
using MeshSecrets.Certificates.Verification;
using MeshSecrets.Meshes.Rules;
using MeshSecrets.Secrets;

namespace MeshSecrets.Meshes.Kubernetes;

/// <summary>
/// What Kubernetes and those who read its TLS secrets demand. The API server looks only whether <c>tls.crt</c> and
/// <c>tls.key</c> are there, so all else is found by a proxy, later, and often not said.
/// </summary>
internal static class KubernetesRules
{
    internal const string UnreadableId = "KubernetesTlsUnreadable";

    internal static RuleSet Set { get; } = new(
        "Kubernetes",
        "Secrets of Kubernetes: names, sizes, and TLS keys that every ingress, gateway and mesh can read",
        [
            CertificateMissing, KeyMissing, Unreadable, PairBroken, OrderWrong, KeyMisplaced, RootInChain,
            TrustNotVerifying, .. KubernetesTextRules.All, .. KubernetesObjectRules.All,
        ])
    {
        Fits = subject => subject.Resource is { Kind: "Secret", ApiVersion: "v1" },
    };

    private static MeshRule CertificateMissing => new(
        "KubernetesTlsCertificateMissing",
        RuleSeverity.Error,
        "The API server refuses the secret: data[tls.crt]: Required value.",
        "Put the certificate, and its intermediates after it, into tls.crt; New-MeshTlsKey and Import-MeshSecret do.",
        "Kubernetes pkg/apis/core/validation/validation.go (ValidateSecret)",
        subject => Tls(subject) is { } data && !data.Keys.Contains(DataKey.Certificate) ? "The secret is of type kubernetes.io/tls and has no tls.crt" : null);

    private static MeshRule KeyMissing => new(
        "KubernetesTlsKeyMissing",
        RuleSeverity.Error,
        "The API server refuses the secret: data[tls.key]: Required value.",
        "Put the private key into tls.key; a secret with certificates only is of type Opaque, or a ConfigMap.",
        "Kubernetes pkg/apis/core/validation/validation.go (ValidateSecret)",
        subject => Tls(subject) is { } data && !data.Keys.Contains(DataKey.PrivateKey) ? "The secret is of type kubernetes.io/tls and has no tls.key" : null);

    private static MeshRule Unreadable => new(
        UnreadableId,
        RuleSeverity.Error,
        "The API server takes it all the same; ingress controllers and gateways then serve a certificate of their own, or none, and say so only in their logs.",
        "Mend it with Repair-MeshSecret, which proves what it mends; otherwise take it anew from where it was made.",
        "https://github.com/redhat-cop/cert-utils-operator/issues/127 (the API server checks presence only); https://github.com/istio/istio/issues/45324",
        subject => Tls(subject) is null ? [] : subject.Faults.Select(fault => $"{fault.ErrorId}: {fault.Message}"));

    private static MeshRule PairBroken => new(
        "KubernetesTlsPairBroken",
        RuleSeverity.Error,
        "Envoy and NGINX refuse the pair and keep what they had, or do not start; the API server takes it, for only 'kubectl create secret tls' compares the two.",
        "Put the key and the certificate together that were made together.",
        "Go crypto/tls X509KeyPair, which kubectl uses (tls: private key does not match public key)",
        subject => Tls(subject) is not null && subject is { Key: { } key, Certificate: { } certificate } && !PublicKeyInfo.SameKey(key.SubjectPublicKeyInfo.Span, certificate.SubjectPublicKeyInfo.Span)
            ? $"tls.key is not the key of the first certificate in tls.crt ({certificate})" : null);

    private static MeshRule OrderWrong => new(
        "KubernetesTlsOrderWrong",
        RuleSeverity.Error,
        "Strict peers refuse the handshake; and where an authority comes first, the key does not fit.",
        "Put the leaf first, then the authority that issued it, each next one the issuer of the one before.",
        "RFC 8446 section 4.4.2; Kubernetes documentation, TLS secrets (the certificate chain in tls.crt)",
        subject => Tls(subject) is null ? null : subject.Chain.Zip(subject.Chain.Skip(1)).Where(pair => !pair.First.Issuer.Equals(pair.Second.Subject))
            .Select(pair => $"In tls.crt {pair.First} is followed by {pair.Second}, which did not issue it").FirstOrDefault());

    private static MeshRule KeyMisplaced => new(
        "KubernetesTlsKeyMisplaced",
        RuleSeverity.Error,
        "Whoever may see certificates sees the key: tls.crt and ca.crt are shown, logged and copied into ConfigMaps, and gateways send ca.crt around.",
        "Keep the key in tls.key only, and replace it, since it may have been seen: New-MeshTlsKey issues a new one.",
        "Kubernetes documentation, TLS secrets; RFC 7468 section 14",
        subject => Tls(subject) is { } data ? KubernetesTextRules.Certificates(data).Where(value => value.Text.Contains("PRIVATE KEY-----", StringComparison.Ordinal)).Select(value => $"A private key stands in {value.Key}") : []);

    private static MeshRule RootInChain => new(
        "KubernetesTlsRootInChain",
        RuleSeverity.Advice,
        "Works, but every handshake carries a root that peers have or do not trust, and who takes the end of tls.crt for an intermediate is misled.",
        "Move the root from tls.crt to ca.crt.",
        "RFC 8446 section 4.4.2 (the root may be omitted); https://github.com/istio/istio/issues/43654",
        subject => Tls(subject) is not null && subject.Chain.Length > 1 && subject.Chain[^1] is { IsSelfIssued: true } root ? $"tls.crt ends with the root {root}" : null);

    private static MeshRule TrustNotVerifying => new(
        "KubernetesTlsTrustNotVerifying",
        RuleSeverity.Warning,
        "Those who take what they trust from the same secret (mutual TLS of gateways, clients of cert-manager's certificates) refuse the certificate beside it.",
        "Put the root that issued the certificate into ca.crt, and intermediates into tls.crt.",
        "cert-manager documentation, Certificate (ca.crt is the issuer's); https://github.com/cert-manager/cert-manager/issues/5851",
        subject => Tls(subject) is null || subject.Certificate is not { } leaf || subject.Roots.IsEmpty ? null : Verify(leaf, subject.Chain, subject.Roots));

    /// <summary>The values of a TLS secret; <see langword="null"/> if another is judged.</summary>
    internal static SecretData? Tls(RuleSubject subject) => subject.Secret is { Metadata.Type: SecretType.Tls } secret ? secret.GetData() : null;

    /// <summary>At a moment when all was valid: that something expired is another rule's matter.</summary>
    private static string? Verify(CertificateInfo leaf, ImmutableArray<CertificateInfo> chain, ImmutableArray<CertificateInfo> roots)
    {
        DateTimeOffset time = chain.Concat(roots).Max(certificate => certificate.NotBefore);
        ChainResult result = ChainBuilder.Build(leaf, chain[1..], roots, time < leaf.NotAfter ? time : leaf.NotAfter);
        return result.IsValid ? null : $"ca.crt does not verify {leaf}: {result.Failures[^1].Message}";
    }
}
