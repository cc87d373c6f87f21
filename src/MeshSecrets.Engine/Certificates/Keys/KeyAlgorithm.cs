namespace MeshSecrets.Certificates.Keys;

/// <summary>The kinds of key pair the product makes.</summary>
public enum KeyAlgorithm
{
    /// <summary>ECDSA on NIST P-256 (secp256r1): the default, accepted by every mesh and by far the cheapest.</summary>
    P256,

    /// <summary>ECDSA on NIST P-384 (secp384r1).</summary>
    P384,

    /// <summary>RSA with a modulus of 2048 bits, for meshes and peers that demand RSA.</summary>
    Rsa2048,

    /// <summary>RSA with a modulus of 3072 bits.</summary>
    Rsa3072,

    /// <summary>RSA with a modulus of 4096 bits.</summary>
    Rsa4096,
}
