using System.Security.Cryptography;

namespace MeshSecrets.Stores.Embedded;

/// <summary>
/// AES-256-GCM with one key. A sealed message is a random 96-bit nonce, the ciphertext and the 128-bit tag, in this order.
/// </summary>
/// <remarks>
/// Random nonces are safe for 2^32 messages under one key (NIST SP 800-38D, section 8.3): four billion writes to a store.
/// </remarks>
internal sealed class SealingKey : IDisposable
{
    internal const int NonceLength = 12;
    internal const int TagLength = 16;
    internal const int Overhead = NonceLength + TagLength;

    private readonly byte[] _key;
    // A cipher object keeps state while it works, so each thread has its own.
    private readonly ThreadLocal<AesGcm> _ciphers;

    /// <summary>Takes ownership of the key's bytes.</summary>
    internal SealingKey(byte[] key)
    {
        _key = key;
        _ciphers = new ThreadLocal<AesGcm>(() => new AesGcm(_key, TagLength), trackAllValues: true);
    }

    internal void Seal(ReadOnlySpan<byte> plain, ReadOnlySpan<byte> associated, Span<byte> destination)
    {
        Span<byte> nonce = destination[..NonceLength];
        RandomNumberGenerator.Fill(nonce);
        _ciphers.Value!.Encrypt(
            nonce,
            plain,
            destination.Slice(NonceLength, plain.Length),
            destination.Slice(NonceLength + plain.Length, TagLength),
            associated);
    }

    /// <summary>Decrypts if authentic.</summary>
    /// <returns>Whether it was; if not, <paramref name="plain"/> is cleared.</returns>
    internal bool TryOpen(ReadOnlySpan<byte> message, ReadOnlySpan<byte> associated, Span<byte> plain)
    {
        if (message.Length != plain.Length + Overhead)
        {
            return false;
        }

        try
        {
            _ciphers.Value!.Decrypt(
                message[..NonceLength],
                message.Slice(NonceLength, plain.Length),
                message[^TagLength..],
                plain,
                associated);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            // The caller knows what it was reading and says so.
            return false;
        }
    }

    public void Dispose()
    {
        foreach (AesGcm cipher in _ciphers.Values)
        {
            cipher.Dispose();
        }

        _ciphers.Dispose();
        CryptographicOperations.ZeroMemory(_key);
    }
}
