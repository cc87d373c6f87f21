using System.Collections.Immutable;
using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Keys;
using MeshSecrets.Certificates.Profiles;
using MeshSecrets.Certificates.Revocation;
using MeshSecrets.Certificates.Verification;
using MeshSecrets.Meshes.Rules;
using MeshSecrets.Meshes.Standards;
using MeshSecrets.Secrets;
using static MeshSecrets.Meshes.Istio.Rules.IstioSubject;

namespace MeshSecrets.Meshes.Istio.Rules;

/// <summary>What istiod checks when it loads an authority: with a finding it does not start, or keeps what it had.</summary>
internal static class IstioCaLoadRules
{
    private static readonly string[] s_keyLabels = ["EC PRIVATE KEY", "RSA PRIVATE KEY", "PRIVATE KEY"];

    internal static MeshRule KeysMissing { get; } = new(
        "IstioCaKeysMissing",
        RuleSeverity.Error,
        "istiod does not start: failed to create an istiod CA: incomplete signing CA bundle detected.",
        "Write the secret anew with Export-MeshCaBundle -Format IstioCacerts -IncludePrivateKey.",
        $"{Bootstrap} checkCABundleCompleteness",
        Secret((secret, _) =>
        {
            string[] needed = IsTlsLayout(secret) ? [DataKey.Certificate, DataKey.PrivateKey, DataKey.TrustBundle]
                : IsGenerated(secret) ? [IstioNames.CaCert, IstioNames.CaKey]
                : [IstioNames.CaCert, IstioNames.CaKey, IstioNames.RootCert, IstioNames.CertChain];
            string[] missing = [.. needed.Where(key => !Has(secret, key))];
            return missing.Length == 0 ? null : $"the secret lacks {string.Join(", ", missing)}";
        }));

    internal static MeshRule ChainBroken { get; } = new(
        "IstioCaChainBroken",
        RuleSeverity.Error,
        "istiod does not start, or keeps the authority that it had: cannot verify the cert with the provided root chain and cert pool.",
        "Put each authority between ca-cert.pem and the root into cert-chain.pem, and the root that signed the uppermost into root-cert.pem.",
        Verify,
        Ca((ca, subject) => subject.Roots.IsEmpty ? null : FindFailure(ca, subject) is { } failure ? $"does not lead to a root of root-cert.pem: {failure.Certificate}: {failure.Message}" : null));

    internal static MeshRule NotValidNow { get; } = new(
        "IstioCaNotValidNow",
        RuleSeverity.Error,
        "istiod does not start (cert chain has expired), and proxies refuse each other's certificates.",
        "Issue the authority anew (New-MeshCa -Issuer), under the same root so that nothing else changes.",
        $"{Verify}; security/pkg/pki/ca/ca.go minTTL",
        subject => from certificate in subject.Chain
                   let now = subject.Context.Now
                   where now < certificate.NotBefore || now > certificate.NotAfter
                   select now > certificate.NotAfter ? $"{certificate} expired at {certificate.NotAfter:u}" : $"{certificate} is valid only from {certificate.NotBefore:u}");

    internal static MeshRule KeyMismatch { get; } = new(
        "IstioCaKeyMismatch",
        RuleSeverity.Error,
        "istiod does not start: the cert does not match the key: tls: private key does not match public key.",
        "Put the key that belongs to ca-cert.pem beside it; Get-MeshCertificate shows which key is whose.",
        $"{Verify} (tls.X509KeyPair)",
        Ca((ca, subject) => subject.Key is { } key && !PublicKeyInfo.SameKey(key.SubjectPublicKeyInfo.Span, ca.SubjectPublicKeyInfo.Span)
            ? $"has another public key than the private key beside it ({key.AlgorithmName})" : null));

    internal static MeshRule KeyForm { get; } = new(
        "IstioCaKeyForm",
        RuleSeverity.Error,
        "istiod does not start: failed to parse private key PEM: unsupported PEM block type for a private key. It looks at the first block alone.",
        "Write the key as plain PKCS#8 with nothing before it: Export-MeshCaBundle -Format IstioCacerts; of an EC key made with openssl leave EC PARAMETERS out (-noout).",
        "istio/istio security/pkg/pki/util/crypto.go ParsePemEncodedKey",
        subject => subject.Secret is { } secret && IsForIstiod(secret)
            ? (IsTlsLayout(secret) ? DataKey.PrivateKey : IstioNames.CaKey) is var name && Has(secret, name) && PemLabels(secret, name).FirstOrDefault() is var label && !s_keyLabels.Contains(label)
                ? $"{name} begins with {(label is null ? "no PEM block" : $"a block '{label}'")}" : null
            : subject.Key is { Label: "" } ? "the key is not PEM" : null);

    internal static MeshRule NotCa { get; } = new(
        "IstioCaNotCa",
        RuleSeverity.Error,
        "istiod does not start: certificate is not authorized to sign other certificates.",
        "Plug in an authority, not a server's certificate: New-MeshCa -Issuer makes one.",
        "istio/istio security/pkg/pki/ca/ca.go NewPluggedCertIstioCAOptions",
        Ca((ca, _) => ca.IsCa ? null : "is no authority: basicConstraints do not say CA"));

    internal static MeshRule KeyCertSign { get; } = new(
        "IstioCaKeyCertSign",
        RuleSeverity.Error,
        "istiod takes it and signs with it, and every proxy refuses what it signed.",
        "Make the authority anew with keyCertSign (New-MeshCa sets it).",
        "RFC 5280 section 4.2.1.3; istiod does not look, https://github.com/istio/istio/issues/27193",
        subject => from authority in subject.Chain
                   where authority.IsCa && authority.KeyUsages is { } usages && (usages & KeyUsages.KeyCertSign) == 0
                   select $"{authority} has key usages without keyCertSign ({authority.KeyUsages})");

    internal static MeshRule EkuServerAuth { get; } = new(
        "IstioCaEkuServerAuth",
        RuleSeverity.Error,
        "istiod does not start: x509: certificate specifies an incompatible key usage. Go asks for serverAuth where nothing else is asked.",
        "Make the authority anew without extended key usages, as New-MeshCa does.",
        $"{Verify} (x509.VerifyOptions without KeyUsages); Go crypto/x509 verify.go",
        FindLackingUse(Oids.ServerAuth, "serverAuth"));

    internal static MeshRule EkuClientAuth { get; } = new(
        "IstioCaEkuClientAuth",
        RuleSeverity.Error,
        "istiod takes it, and no proxy can connect to istiod or to another proxy: the usages of an authority limit those of what it signed. No log names the cause.",
        "Make the authority anew without extended key usages, as New-MeshCa does.",
        "https://github.com/istio/istio/issues/27193",
        FindLackingUse(Oids.ClientAuth, "clientAuth"));

    internal static MeshRule CrlMissing { get; } = new(
        "IstioCaCrlMissing",
        RuleSeverity.Error,
        "istiod does not start, or keeps what it had: missing CRL signed by certificates. Envoy needs one of each authority in the chain.",
        "Add a list signed by each certificate of cert-chain.pem to ca-crl.pem, the root's too if the root is in it; or leave ca-crl.pem out.",
        Verify,
        FindWithoutCrl);

    private static ChainFailure? FindFailure(CertificateInfo ca, RuleSubject subject)
    {
        ChainResult result = ChainBuilder.Build(ca, subject.Chain[1..], subject.Roots, subject.Context.Now);
        return result.IsValid || result.Failures.Any(failure => failure.FailureId is "CertificateExpired" or "CertificateNotYetValid") ? null : result.Failures[^1];
    }

    private static Func<RuleSubject, IEnumerable<string>> FindLackingUse(string oid, string name) => subject =>
        from certificate in subject.Chain
        let usages = certificate.ExtendedKeyUsages
        where certificate.IsCa && !usages.IsEmpty && !usages.Contains(oid) && !usages.Contains(Oids.AnyExtendedKeyUsage)
        select $"{certificate} has extended key usages without {name}";

    private static IEnumerable<string> FindWithoutCrl(RuleSubject subject)
    {
        if (subject.Crls.IsEmpty || (subject.Secret is { } secret && IsTlsLayout(secret)))
        {
            return [];
        }

        // istiod demands a list of what stands in cert-chain.pem, and of nothing else.
        ImmutableArray<CertificateInfo> members = subject.Secret is { } from ? ReadFrom(from, IstioNames.CertChain) : subject.Chain;
        CertificateRevocationList[] lists = [.. RevocationRules.Lists(subject)];
        return from member in members
               where !Array.Exists(lists, list => RevocationRules.Signs(member, list) != false)
               select $"no revocation list is signed by {member}, which stands in the chain";
    }
}
