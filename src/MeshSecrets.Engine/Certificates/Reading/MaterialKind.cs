namespace MeshSecrets.Certificates.Reading;

/// <summary>The kinds of material that certificate and key files hold.</summary>
public enum MaterialKind
{
    /// <summary>An X.509 certificate (RFC 5280).</summary>
    Certificate,

    /// <summary>A certificate request, PKCS#10 (RFC 2986).</summary>
    CertificateRequest,

    /// <summary>A private key in PKCS#8 (RFC 5208), unencrypted.</summary>
    PrivateKey,

    /// <summary>A private key in PKCS#8, encrypted with a password.</summary>
    EncryptedPrivateKey,

    /// <summary>An EC private key in SEC 1 form (RFC 5915).</summary>
    EcPrivateKey,

    /// <summary>An RSA private key in PKCS#1 form (RFC 8017).</summary>
    RsaPrivateKey,

    /// <summary>A public key as SubjectPublicKeyInfo (RFC 5280 §4.1).</summary>
    PublicKey,

    /// <summary>A certificate revocation list (RFC 5280 §5).</summary>
    Crl,

    /// <summary>A PKCS#12 file (RFC 7292). The reader opens it: no item is of this kind.</summary>
    Pkcs12,

    /// <summary>A PKCS#7 bundle of certificates (RFC 5652). The reader opens it: no item is of this kind.</summary>
    Pkcs7,
}
