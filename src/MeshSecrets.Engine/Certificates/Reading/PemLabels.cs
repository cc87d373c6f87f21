namespace MeshSecrets.Certificates.Reading;

/// <summary>The labels of PEM blocks (RFC 7468 §4) and what becomes of each.</summary>
internal static class PemLabels
{
    /// <summary>The kind that a label promises, or <see langword="null"/> for a block to be passed over.</summary>
    /// <exception cref="MeshException">The block is of a kind that cannot be used.</exception>
    internal static MaterialKind? Resolve(string label, SourcePlace place) => label switch
    {
        "CERTIFICATE" or "X509 CERTIFICATE" => MaterialKind.Certificate,
        "CERTIFICATE REQUEST" or "NEW CERTIFICATE REQUEST" => MaterialKind.CertificateRequest,
        "PRIVATE KEY" => MaterialKind.PrivateKey,
        "ENCRYPTED PRIVATE KEY" => MaterialKind.EncryptedPrivateKey,
        "EC PRIVATE KEY" => MaterialKind.EcPrivateKey,
        "RSA PRIVATE KEY" => MaterialKind.RsaPrivateKey,
        "PUBLIC KEY" => MaterialKind.PublicKey,
        "X509 CRL" => MaterialKind.Crl,
        "PKCS7" or "CMS" or "PKCS #7 SIGNED DATA" => MaterialKind.Pkcs7,

        // OpenSSL writes it before each EC key; the key names its curve itself.
        "EC PARAMETERS" => null,
        "TRUSTED CERTIFICATE" => throw PemErrors.TrustedCertificate(place),
        "OPENSSH PRIVATE KEY" => throw PemErrors.OpenSshKey(place),
        _ => throw PemErrors.LabelUnknown(place, label),
    };

    /// <summary>The label to write for a kind.</summary>
    internal static ReadOnlySpan<byte> Of(MaterialKind kind) => kind switch
    {
        MaterialKind.Certificate => "CERTIFICATE"u8,
        MaterialKind.CertificateRequest => "CERTIFICATE REQUEST"u8,
        MaterialKind.PrivateKey => "PRIVATE KEY"u8,
        MaterialKind.EncryptedPrivateKey => "ENCRYPTED PRIVATE KEY"u8,
        MaterialKind.EcPrivateKey => "EC PRIVATE KEY"u8,
        MaterialKind.RsaPrivateKey => "RSA PRIVATE KEY"u8,
        MaterialKind.PublicKey => "PUBLIC KEY"u8,
        MaterialKind.Crl => "X509 CRL"u8,
        MaterialKind.Pkcs7 => "PKCS7"u8,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "PKCS#12 has no PEM form."),
    };
}
