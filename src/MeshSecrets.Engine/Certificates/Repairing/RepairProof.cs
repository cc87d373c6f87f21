namespace MeshSecrets.Certificates.Repairing;

/// <summary>What shows that mended material is what it was before it was broken.</summary>
[Flags]
public enum RepairProof
{
    /// <summary>Nothing does.</summary>
    None = 0,

    /// <summary>
    /// The bytes are unchanged: not one character of the base64 was added, removed or replaced, only the wrapping was
    /// mended (encoding, line breaks, boundaries, labels). It does not say that the bytes are those that were signed.
    /// </summary>
    Lossless = 1,

    /// <summary>The private key's own numbers fit each other (RFC 8017 §3.2), or its public point is that of its secret.</summary>
    KeyConsistent = 2,

    /// <summary>The signature on a certificate or request verifies.</summary>
    SignatureVerified = 4,

    /// <summary>The private key and the certificate or request beside it have one public key.</summary>
    SamePublicKey = 8,
}
