using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Keys;
using MeshSecrets.Certificates.Profiles;
using MeshSecrets.Meshes.Dependencies;
using MeshSecrets.Meshes.Kuma.Mtls;
using MeshSecrets.Meshes.Rules;
using static MeshSecrets.Meshes.Kuma.Rules.KumaSubject;

namespace MeshSecrets.Meshes.Kuma.Rules;

/// <summary>The certificate and key of an authority that Kuma is given: what its control plane checks, and what breaks later.</summary>
internal static class AuthorityRules
{
    internal static MeshRule KeyPair { get; } = new(
        "KumaKeyPair",
        RuleSeverity.Error,
        "The control plane refuses the Mesh: 'not a valid TLS key pair: tls: private key does not match public key'.",
        "Give the key of the first certificate, or put the certificate of the key first.",
        ProvidedSource,
        subject => Authority(subject) is not [var own, ..] ? [] : AuthorityReferences.KeysOf(subject)
            .Where(key => !PublicKeyInfo.SameKey(own.SubjectPublicKeyInfo.Span, key.SubjectPublicKeyInfo.Span))
            .Select(key => $"the key ({key.AlgorithmName}) is not that of the first certificate ({own.Subject})").Distinct());

    internal static MeshRule References { get; } = new(
        "KumaCertificateAndKeyMixedUp",
        RuleSeverity.Error,
        "The control plane refuses the Mesh: 'not a valid TLS key pair'; with skipValidation, proxies get no certificates.",
        "Name the secret with the certificate in cert and that with the private key in key, as New-MeshMtls -CertificateSecret -KeySecret does.",
        ProvidedSource,
        subject => !KumaSecret.IsKumas(subject.Secret?.Metadata.Type) || !subject.Faults.IsEmpty ? [] : Uses(subject)
            .Select(use => Lacks(subject, use) is { } lacking ? $"{use.User} refers to it in {use.Field}, and it holds {lacking}" : null).OfType<string>());

    internal static MeshRule KeyPem { get; } = new(
        "KumaKeyPem",
        RuleSeverity.Error,
        "The control plane refuses the Mesh: 'not a valid TLS key pair: tls: failed to find any PEM data in key input'.",
        "Write the key in PEM, as Export-MeshCaBundle -Format KumaProvided -IncludePrivateKey does.",
        ProvidedSource,
        subject => Authority(subject).Count > 0 && AuthorityReferences.KeysOf(subject).Any(key => key.Label.Length == 0) ? "the key is in DER" : null);

    internal static MeshRule IsCa { get; } = new(
        "KumaBasicConstraints",
        RuleSeverity.Error,
        "The control plane refuses the Mesh: 'basic constraint 'CA' must be set to 'true' (see X509-SVID: 4.1. Basic Constraints)'.",
        "Give an authority's certificate, as New-MeshCa makes it; certificates of services do not belong there.",
        ProvidedSource,
        EachCertificate(certificate => certificate.IsCa ? null : "is no authority's: its basicConstraints lack CA"));

    internal static MeshRule KeyCertSign { get; } = new(
        "KumaKeyCertSign",
        RuleSeverity.Error,
        "The control plane refuses the Mesh: 'key usage extension 'keyCertSign' must be set (see X509-SVID: 4.3. Key Usage)'. An absent extension counts as unset.",
        "Make the authority's certificate anew with keyCertSign, as New-MeshCa does.",
        ProvidedSource,
        EachCertificate(certificate => Has(certificate, KeyUsages.KeyCertSign) ? null : "lacks the key usage keyCertSign"));

    internal static MeshRule KeyAgreement { get; } = new(
        "KumaKeyAgreement",
        RuleSeverity.Error,
        "The control plane refuses the Mesh: 'key usage extension 'keyAgreement' must NOT be set (see X509-SVID: Appendix A. X.509 Field Reference)'.",
        "Make the authority's certificate anew without keyAgreement, as New-MeshCa does.",
        ProvidedSource,
        EachCertificate(certificate => Has(certificate, KeyUsages.KeyAgreement) ? "has the key usage keyAgreement" : null));

    internal static MeshRule LeafUsages { get; } = new(
        "KumaLeafKeyUsage",
        RuleSeverity.Advice,
        "Kuma from 1.3 on takes it; X509-SVID says that it should not be, and Kuma before 1.3 refuses it.",
        "Make the authority's certificate anew with keyCertSign and cRLSign only, as New-MeshCa does.",
        "kumahq/kuma-website, app/_src/policies/mutual-tls.md; SPIFFE X509-SVID, Appendix A",
        EachCertificate(certificate => Has(certificate, KeyUsages.DigitalSignature | KeyUsages.KeyEncipherment) ? "has the key usages of a service, digitalSignature or keyEncipherment" : null));

    internal static MeshRule ChainOrder { get; } = new(
        "KumaChainOrder",
        RuleSeverity.Warning,
        "Kuma signs with the first certificate and trusts all others by themselves: one that has nothing to do with the chain is trusted for every service of the mesh.",
        "Order the certificates from the authority up to its root, and leave out what is not of its chain; further roots may follow while a root is being changed.",
        "kumahq/kuma v2.14.3, pkg/plugins/ca/provided/manager.go GetRootCert",
        subject => Authority(subject) is { Count: > 1 } chain
            && chain.Skip(1).Where((certificate, index) => !certificate.IsSelfIssued && !chain[index].Issuer.Equals(certificate.Subject)).FirstOrDefault() is { } stray
                ? $"{stray.Subject} is not the issuer of the certificate before it"
                : null);

    internal static MeshRule Expired { get; } = new(
        "KumaCaNotValid",
        RuleSeverity.Error,
        "The control plane does not look at the time, and signs; every proxy then refuses every other.",
        "Replace the authority: Kuma does not renew one that it was given.",
        "https://github.com/kumahq/kuma-website/issues/1224; RFC 5280 §4.1.2.5",
        subject => Authority(subject).Where(certificate => subject.Context.Now > certificate.NotAfter || subject.Context.Now < certificate.NotBefore)
            .Select(certificate => $"{certificate.Subject} is valid from {certificate.NotBefore:u} to {certificate.NotAfter:u} only"));

    internal static MeshRule WorkloadOutlivesCa { get; } = WorkloadLife("Kuma", "24 hours", TimeSpan.FromDays(1), "v2.14.3, pkg/core/ca/issuer/issuer.go");

    internal static MeshRule WorkloadOutlivesCa04 { get; } = WorkloadLife("Kuma04", "90 days", TimeSpan.FromDays(90), "0.4.0, pkg/core/ca/builtin/issuer/issuer.go");

    internal static MeshRule WorkloadOutlivesCa3 { get; } = WorkloadLife("Kuma3", "5 days", TimeSpan.FromDays(5), "master, pkg/core/resources/apis/meshidentity/providers/bundled/bundled.go");

    private static MeshRule WorkloadLife(string set, string usual, TimeSpan life, string source) => new(
        $"{set}WorkloadOutlivesCa",
        RuleSeverity.Warning,
        $"Kuma does not shorten workloads' certificates ({usual} if the resource says nothing) to the authority's life: proxies hold certificates that verify no more, though they are not expired.",
        "Replace the authority before, or let workloads' certificates live shorter (New-MeshMtls -ValidFor).",
        $"kumahq/kuma {source}",
        subject =>
        {
            TimeSpan actual = LongestLife(subject) ?? life;
            return Authority(subject) is [var own, ..] && own.NotAfter > subject.Context.Now && own.NotAfter - subject.Context.Now < actual
                ? $"{own.Subject} ends at {own.NotAfter:u}, before a certificate that is signed now ({Duration.Format(actual)})"
                : null;
        });

    private static string? Lacks(RuleSubject subject, SecretUse use) =>
        AuthorityReferences.IsCertificate(use) && subject.Chain.IsEmpty ? subject.Key is null ? "no certificate" : "a private key and no certificate"
        : AuthorityReferences.IsKey(use) && subject.Key is null ? subject.Chain.IsEmpty ? "no private key" : "a certificate and no private key"
        : null;

    private static TimeSpan? LongestLife(RuleSubject subject) => subject.Context.Resources.Where(MtlsSettings.IsMesh)
        .SelectMany(mesh => new MtlsSettings(mesh).Backends)
        .Select(backend => KumaDuration.TryParse(backend.Node.Find("dpCert", "rotation")?["expiration"]))
        .Max();
}
