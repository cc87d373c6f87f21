namespace MeshSecrets.Certificates.Writing;

/// <summary>The unencrypted forms of a private key.</summary>
public enum PrivateKeyFormat
{
    /// <summary>PKCS#8 (RFC 5208), <c>PRIVATE KEY</c>: one form for all kinds of key, and the default.</summary>
    Pkcs8,

    /// <summary>PKCS#1 (<c>RSA PRIVATE KEY</c>) or SEC 1 (<c>EC PRIVATE KEY</c>), which some older systems demand.</summary>
    Traditional,
}
