using System.Security.Cryptography;

namespace MeshSecrets.Stores.Embedded;

/// <summary>The random 256-bit store key and the subkeys derived from it by HKDF-SHA256 (RFC 5869), one for each use.</summary>
internal sealed class StoreKeys : IDisposable
{
    internal const int Length = 32;

    private readonly byte[] _root;

    /// <summary>Takes ownership of the store key's bytes.</summary>
    internal StoreKeys(byte[] root, StoreId id)
    {
        _root = root;
        Payloads = new SealingKey(Derive(id, "payloads"u8));
        Directories = new SealingKey(Derive(id, "directories"u8));
        Audit = Derive(id, "audit"u8);
        Settings = Derive(id, "settings"u8);
    }

    internal ReadOnlySpan<byte> Root => _root;

    internal SealingKey Payloads { get; }

    internal SealingKey Directories { get; }

    internal byte[] Audit { get; }

    internal byte[] Settings { get; }

    public void Dispose()
    {
        Payloads.Dispose();
        Directories.Dispose();
        CryptographicOperations.ZeroMemory(Audit);
        CryptographicOperations.ZeroMemory(Settings);
        CryptographicOperations.ZeroMemory(_root);
    }

    private byte[] Derive(StoreId id, ReadOnlySpan<byte> use)
    {
        byte[] key = new byte[Length];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, _root, key, id.ToArray(), use);
        return key;
    }
}
