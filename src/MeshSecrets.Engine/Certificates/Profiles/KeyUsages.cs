namespace MeshSecrets.Certificates.Profiles;

/// <summary>The bits of keyUsage, numbered as in RFC 5280 §4.2.1.3.</summary>
[Flags]
public enum KeyUsages
{
    /// <summary>No bit: the extension is left out.</summary>
    None = 0,

    /// <summary>Signatures other than those on certificates and CRLs; what TLS 1.3 needs.</summary>
    DigitalSignature = 1 << 0,

    /// <summary>Also called contentCommitment.</summary>
    NonRepudiation = 1 << 1,

    /// <summary>Encrypting keys: RSA key exchange of TLS 1.2. Makes no sense for EC keys.</summary>
    KeyEncipherment = 1 << 2,

    /// <summary>Encrypting data directly.</summary>
    DataEncipherment = 1 << 3,

    /// <summary>Static key agreement.</summary>
    KeyAgreement = 1 << 4,

    /// <summary>Signing certificates; only for authorities.</summary>
    KeyCertSign = 1 << 5,

    /// <summary>Signing certificate revocation lists.</summary>
    CrlSign = 1 << 6,

    /// <summary>With key agreement: only to encipher.</summary>
    EncipherOnly = 1 << 7,

    /// <summary>With key agreement: only to decipher.</summary>
    DecipherOnly = 1 << 8,
}
