using System.Security.Cryptography;
using System.Text.Json.Serialization;

namespace MeshSecrets.Stores.Embedded;

/// <summary>
/// The store key, wrapped by a key file or a passphrase. Changing the protector wraps the same key anew; no record is
/// written again.
/// </summary>
internal sealed record StoreProtector
{
    /// <summary>OWASP's present count for PBKDF2-HMAC-SHA512 (Password Storage Cheat Sheet).</summary>
    internal const int DefaultIterations = 220_000;

    // An altered count must not keep the processor busy for hours before the seal is found broken.
    private const int MaxIterations = 10_000_000;
    private const int SaltLength = 32;

    public required StoreProtectorKind Kind { get; init; }

    /// <summary>Where the key file is, if not in its default place; a hint for the next opening, and no secret.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? KeyFile { get; init; }

    public required int Iterations { get; init; }

    public required byte[] Salt { get; init; }

    public required byte[] WrappedKey { get; init; }

    [JsonIgnore]
    internal bool IsWellFormed =>
        Salt.Length == SaltLength
        && WrappedKey.Length == StoreKeys.Length + SealingKey.Overhead
        && (Kind, Iterations) is (StoreProtectorKind.KeyFile, 0) or (StoreProtectorKind.Passphrase, > 0 and <= MaxIterations);

    /// <summary>Wraps a key.</summary>
    /// <param name="key">The key to wrap.</param>
    /// <param name="id">The store.</param>
    /// <param name="source">The passphrase or key file.</param>
    /// <param name="keyFile">The key file's path, if it is one; it is created if it does not exist.</param>
    /// <param name="hint">The path to remember.</param>
    /// <param name="files">Creates the key file.</param>
    internal static StoreProtector Wrap(ReadOnlySpan<byte> key, StoreId id, StoreKeySource source, string keyFile, string? hint, DurableFiles files)
    {
        StoreProtector protector = new()
        {
            Kind = source.IsPassphrase ? StoreProtectorKind.Passphrase : StoreProtectorKind.KeyFile,
            KeyFile = source.IsPassphrase ? null : hint,
            Iterations = source.IsPassphrase ? DefaultIterations : 0,
            Salt = RandomNumberGenerator.GetBytes(SaltLength),
            WrappedKey = new byte[StoreKeys.Length + SealingKey.Overhead],
        };
        if (!source.IsPassphrase)
        {
            Embedded.KeyFile.EnsureExists(keyFile, files);
        }

        using SealingKey wrapping = new(protector.WrappingKey(source, keyFile));
        wrapping.Seal(key, protector.Associated(id), protector.WrappedKey);
        return protector;
    }

    /// <summary>Unwraps the key, or returns <see langword="null"/> if the passphrase or key file is another.</summary>
    internal byte[]? Unwrap(StoreId id, StoreKeySource source, string keyFile)
    {
        using SealingKey wrapping = new(WrappingKey(source, keyFile));
        byte[] key = new byte[StoreKeys.Length];
        return wrapping.TryOpen(WrappedKey, Associated(id), key) ? key : null;
    }

    internal void Write(RecordWriter writer)
    {
        writer.Byte((byte)Kind);
        writer.Text(KeyFile);
        writer.Int32(Iterations);
        writer.Bytes(Salt);
        writer.Bytes(WrappedKey);
    }

    private byte[] WrappingKey(StoreKeySource source, string keyFile)
    {
        if (source.IsPassphrase)
        {
            return Rfc2898DeriveBytes.Pbkdf2(source.Passphrase, Salt, Iterations, HashAlgorithmName.SHA512, StoreKeys.Length);
        }

        byte[] material = Embedded.KeyFile.Read(keyFile);
        byte[] key = HKDF.DeriveKey(HashAlgorithmName.SHA256, material, StoreKeys.Length, Salt, "wrapping"u8.ToArray());
        CryptographicOperations.ZeroMemory(material);
        return key;
    }

    private byte[] Associated(StoreId id)
    {
        using RecordWriter writer = new(128);
        writer.Bytes(id.ToArray());
        writer.Byte((byte)Kind);
        writer.Int32(Iterations);
        writer.Bytes(Salt);
        return writer.Written.ToArray();
    }
}
