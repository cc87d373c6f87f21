namespace MeshSecrets.Certificates.Reading;

/// <summary>What the kinds of material are called and which of them are secret.</summary>
internal static class MaterialKindExtensions
{
    /// <summary>Whether it holds a private key, and so must be zeroed and never be quoted.</summary>
    internal static bool IsPrivateKey(this MaterialKind kind) =>
        kind is MaterialKind.PrivateKey or MaterialKind.EncryptedPrivateKey or MaterialKind.EcPrivateKey or MaterialKind.RsaPrivateKey;

    /// <summary>The kind's name in a sentence, with its article.</summary>
    internal static string Describe(this MaterialKind kind) => kind switch
    {
        MaterialKind.Certificate => "a certificate",
        MaterialKind.CertificateRequest => "a certificate request (CSR)",
        MaterialKind.PrivateKey => "a private key (PKCS#8)",
        MaterialKind.EncryptedPrivateKey => "an encrypted private key (PKCS#8)",
        MaterialKind.EcPrivateKey => "an EC private key (SEC 1)",
        MaterialKind.RsaPrivateKey => "an RSA private key (PKCS#1)",
        MaterialKind.PublicKey => "a public key",
        MaterialKind.Crl => "a certificate revocation list (CRL)",
        MaterialKind.Pkcs12 => "a PKCS#12 file",
        _ => "a PKCS#7 bundle",
    };
}
