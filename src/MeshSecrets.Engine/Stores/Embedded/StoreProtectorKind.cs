namespace MeshSecrets.Stores.Embedded;

/// <summary>What protects the key of a store.</summary>
public enum StoreProtectorKind
{
    /// <summary>A file with 32 random bytes that only its owner can read.</summary>
    KeyFile,

    /// <summary>A passphrase, stretched by PBKDF2-HMAC-SHA512.</summary>
    Passphrase,
}
