using System.Formats.Asn1;
using System.Numerics;
using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Keys;
using MeshSecrets.Meshes.Rules;
using static MeshSecrets.Meshes.Standards.SubjectCertificates;

namespace MeshSecrets.Meshes.Standards;

/// <summary>Rules about keys, and about material that cannot be read at all.</summary>
internal static class KeyRules
{
    private const int MinRsaBits = 2048;
    private const int UsualExponent = 65537;

    internal static MeshRule MaterialUnreadable { get; } = new(
        "MaterialUnreadable",
        RuleSeverity.Error,
        "Proxies and control planes refuse it, often with a message that names neither the file nor the fault; some read a part of it and go on.",
        "Mend it with Repair-MeshSecret, which proves what it mends; otherwise take it anew from where it was made.",
        "RFC 7468, RFC 5280 and X.690, as Get-MeshCertificate applies them",
        subject => subject.Faults.Select(fault => $"{fault.ErrorId}: {fault.Message}"));

    internal static MeshRule MaterialNotPem { get; } = new(
        "MaterialNotPem",
        RuleSeverity.Error,
        "Control planes, proxies and gateways read PEM only and refuse it: the secret is taken by the API server, and nothing is served or signed with it.",
        "Write it as PEM: Repair-MeshSecret, or openssl x509 -inform der.",
        "RFC 7468; Go encoding/pem, with which Istio, Kuma, OSM and Gloo Mesh read; Envoy config.core.v3 DataSource of certificates",
        subject => subject.Secret is { } secret ? SecretLayout.FindBinary(secret).Select(key => $"{key} is DER, and the mesh reads PEM only") : []);

    internal static MeshRule Mismatch { get; } = new(
        "X509KeyMismatch",
        RuleSeverity.Error,
        "Envoy refuses the pair and keeps what it had; Istio and Kuma refuse to load an authority of which the key is another one.",
        "Put the key and the certificate together that were made together: compare PublicKeyThumbprint of Get-MeshCertificate.",
        "RFC 8446 section 4.4.3; Envoy (KEY_VALUES_MISMATCH)",
        subject => subject is { Key: { } key, Certificate: { } certificate } && !PublicKeyInfo.SameKey(key.SubjectPublicKeyInfo.Span, certificate.SubjectPublicKeyInfo.Span)
            ? $"The private key ({key.AlgorithmName}) is not that of {certificate}" : null);

    internal static MeshRule Shared { get; } = new(
        "X509KeyShared",
        RuleSeverity.Warning,
        "Whoever gets hold of the one has the other, and replacing the one leaves the other as it is.",
        "Give each its own key: New-MeshTlsKey makes a new one with every certificate; Invoke-MeshCertRotation keeps keys only with -ReuseKey.",
        "NIST SP 800-57 part 1, section 5.2",
        subject => subject.Context.KeyOwners?.OthersWithKeyOf(subject).ToArray() is { Length: > 0 } others ? $"The key is also that of {string.Join(", ", others)}" : null);

    internal static MeshRule RsaTooShort { get; } = new(
        "X509RsaTooShort",
        RuleSeverity.Error,
        "Go (1.24), Envoy and OpenSSL at its usual level refuse RSA keys of less than 2048 bits.",
        "Issue it anew: -KeyAlgorithm P256, or Rsa2048 where RSA is a must.",
        "NIST SP 800-131A; Envoy extensions.transport_sockets.tls (RSA certificates of 2048 bits or larger)",
        Each(certificate => RsaKey(certificate) is { Bits: < MinRsaBits } key ? $"has an RSA key of {key.Bits} bits" : null));

    internal static MeshRule RsaExponent { get; } = new(
        "X509RsaExponent",
        RuleSeverity.Warning,
        "An even or very small exponent is weak or invalid, and Go refuses exponents of more than 31 bits.",
        "Make the key anew; every current tool takes 65537.",
        "NIST SP 800-56B section 6.2; Go crypto/rsa",
        Each(certificate => RsaKey(certificate) is { } key && (key.Exponent < UsualExponent || key.Exponent.IsEven || key.Exponent > int.MaxValue) ? $"has an RSA key with the exponent {key.Exponent}" : null));

    internal static MeshRule CurveUnusual { get; } = new(
        "X509CurveUnusual",
        RuleSeverity.Error,
        "Envoy and Go know P-256, P-384 and P-521 and refuse other curves.",
        "Issue it anew with -KeyAlgorithm P256.",
        "RFC 8422 section 5.1.1; Envoy (only P-256, P-384 or P-521 ECDSA certificates are supported)",
        Each(certificate => certificate.KeyAlgorithm == "EC" ? "has a key on another curve than P-256, P-384 and P-521" : null));

    internal static MeshRule KindUnusual { get; } = new(
        "X509KeyKindUnusual",
        RuleSeverity.Error,
        "Envoy takes RSA and ECDSA certificates only; DSA is refused everywhere.",
        "Issue it anew with -KeyAlgorithm P256.",
        "Envoy source/common/tls/context_impl.cc; RFC 8446 section 4.2.3",
        Each(certificate => certificate.KeyAlgorithm is "Dsa" or "Ed25519" or "Ed448" || Oids.IsWellFormed(certificate.KeyAlgorithm) ? $"has a key of the kind {certificate.KeyAlgorithm}" : null));

    internal static MeshRule RsaAvoidable { get; } = new(
        "X509RsaAvoidable",
        RuleSeverity.Advice,
        "Works. An RSA key of 2048 bits takes some thirty times the processor of P-256 for each handshake that a proxy answers, and a hundred times to be made.",
        "Take -KeyAlgorithm P256 when it is issued next, unless a peer knows RSA only.",
        "RFC 9325 section 4.1; NIST SP 800-57 part 1, table 2",
        Leaf(certificate => RsaKey(certificate) is { } key ? $"has an RSA key of {key.Bits} bits where P-256 would do" : null));

    private static (int Bits, BigInteger Exponent)? RsaKey(CertificateInfo certificate)
    {
        if (!certificate.KeyAlgorithm.StartsWith("Rsa", StringComparison.Ordinal))
        {
            return null;
        }

        AsnReader info = new AsnReader(certificate.SubjectPublicKeyInfo, AsnEncodingRules.DER).ReadSequence();
        info.ReadEncodedValue();
        AsnReader key = new AsnReader(info.ReadBitString(out _), AsnEncodingRules.DER).ReadSequence();
        BigInteger modulus = key.ReadInteger();
        return ((int)modulus.GetBitLength(), key.ReadInteger());
    }
}
