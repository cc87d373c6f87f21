using System.Diagnostics;
using System.Security.Cryptography;

namespace MeshSecrets.Certificates.Keys;

/// <summary>
/// A private key and its public half, held as PKCS#8 and SubjectPublicKeyInfo. The one who holds it disposes it,
/// which zeroes the key.
/// </summary>
/// <remarks>
/// Safe to sign with from several threads at once: each thread works on a handle of its own, since one shared handle
/// makes OpenSSL contend for it.
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class PrivateKey : IDisposable
{
    private readonly byte[] _pkcs8;
    private readonly byte[] _subjectPublicKeyInfo;
    private readonly Stack<AsymmetricAlgorithm> _idleHandles = new(1);
    private bool _disposed;

    /// <summary>Takes ownership of the encoded key.</summary>
    internal PrivateKey(string algorithmName, byte[] pkcs8, byte[] subjectPublicKeyInfo, AsymmetricAlgorithm? handle = null)
    {
        AlgorithmName = algorithmName;
        _pkcs8 = pkcs8;
        _subjectPublicKeyInfo = subjectPublicKeyInfo;
        if (handle is not null)
        {
            _idleHandles.Push(handle);
        }
    }

    /// <summary>A name of <see cref="KeyAlgorithm"/>, or for a key of another kind that was imported its like: <c>P521</c>, <c>Rsa8192</c>.</summary>
    public string AlgorithmName { get; }

    /// <summary>Whether it is an RSA key; otherwise it is an ECDSA key.</summary>
    public bool IsRsa => AlgorithmName.StartsWith("Rsa", StringComparison.Ordinal);

    /// <summary>The public key as DER of SubjectPublicKeyInfo (RFC 5280 §4.1).</summary>
    public ReadOnlyMemory<byte> SubjectPublicKeyInfo => _subjectPublicKeyInfo;

    /// <summary>The hash that fits the key: SHA-384 for P-384, SHA-512 for P-521, otherwise SHA-256.</summary>
    public HashAlgorithmName HashAlgorithm => AlgorithmName switch
    {
        nameof(KeyAlgorithm.P384) => HashAlgorithmName.SHA384,
        "P521" => HashAlgorithmName.SHA512,
        _ => HashAlgorithmName.SHA256,
    };

    /// <summary>Makes a new key pair.</summary>
    /// <param name="algorithm">Which kind. RSA takes some hundred milliseconds of one core.</param>
    /// <returns>The key, to be disposed by the caller.</returns>
    public static PrivateKey Generate(KeyAlgorithm algorithm) => algorithm switch
    {
        KeyAlgorithm.P256 => EcKeyEncoding.Generate(EcKeyEncoding.P256),
        KeyAlgorithm.P384 => EcKeyEncoding.Generate(EcKeyEncoding.P384),
        KeyAlgorithm.Rsa2048 => GenerateRsa(2048),
        KeyAlgorithm.Rsa3072 => GenerateRsa(3072),
        KeyAlgorithm.Rsa4096 => GenerateRsa(4096),
        _ => throw KeyErrors.AlgorithmUnknown(algorithm.ToString()),
    };

    /// <summary>Makes a new key pair off this thread if it takes long (RSA), and waits no longer than wanted.</summary>
    /// <param name="algorithm">Which kind.</param>
    /// <param name="cancellationToken">Stops waiting; a key that is then still made is zeroed as soon as it is.</param>
    /// <returns>The key, to be disposed by the caller.</returns>
    public static async ValueTask<PrivateKey> GenerateAsync(KeyAlgorithm algorithm, CancellationToken cancellationToken)
    {
        if (algorithm is KeyAlgorithm.P256 or KeyAlgorithm.P384)
        {
            return Generate(algorithm);
        }

        Task<PrivateKey> making = Task.Run(() => Generate(algorithm), cancellationToken);
        try
        {
            return await making.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            _ = making.ContinueWith(made => made.GetAwaiter().GetResult().Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
            throw;
        }
    }

    /// <summary>A copy that is disposed on its own.</summary>
    /// <returns>The copy.</returns>
    public PrivateKey Clone() => new(AlgorithmName, ExportPkcs8(), _subjectPublicKeyInfo);

    /// <summary>The private key as DER of PKCS#8 (RFC 5208), unencrypted.</summary>
    /// <returns>A copy; the caller zeroes it.</returns>
    public byte[] ExportPkcs8()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _pkcs8.AsSpan().ToArray();
    }

    /// <summary>The private key as DER of PKCS#8, encrypted with AES-256-CBC under PBKDF2-HMAC-SHA256 (PBES2, RFC 8018).</summary>
    /// <param name="password">The password.</param>
    /// <returns>The encrypted key.</returns>
    public byte[] ExportEncryptedPkcs8(ReadOnlySpan<char> password)
    {
        AsymmetricAlgorithm handle = Rent();
        try
        {
            PbeParameters parameters = new(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, iterationCount: 600_000);
            return handle.ExportEncryptedPkcs8PrivateKey(password, parameters);
        }
        finally
        {
            Return(handle);
        }
    }

    /// <summary>The private key in the older form of its kind: PKCS#1 (RFC 8017) for RSA, SEC 1 (RFC 5915) for EC.</summary>
    /// <returns>A copy; the caller zeroes it.</returns>
    public byte[] ExportTraditional()
    {
        AsymmetricAlgorithm handle = Rent();
        try
        {
            return handle is RSA rsa ? rsa.ExportRSAPrivateKey() : ((ECDsa)handle).ExportECPrivateKey();
        }
        finally
        {
            Return(handle);
        }
    }

    /// <summary>Signs data: ECDSA as a DER sequence (RFC 3279), RSA with PKCS#1 v1.5 padding, each with <see cref="HashAlgorithm"/>.</summary>
    /// <param name="data">What to sign; it is hashed here.</param>
    /// <param name="destination">Takes the signature; 512 bytes suffice for keys of up to 4096 bits, <see cref="MaxSignatureSize"/> for all.</param>
    /// <returns>The length of the signature.</returns>
    public int Sign(ReadOnlySpan<byte> data, Span<byte> destination)
    {
        AsymmetricAlgorithm handle = Rent();
        try
        {
            int written;
            bool fits = handle is ECDsa ec
                ? ec.TrySignData(data, destination, HashAlgorithm, DSASignatureFormat.Rfc3279DerSequence, out written)
                : ((RSA)handle).TrySignData(data, destination, HashAlgorithm, RSASignaturePadding.Pkcs1, out written);
            return fits ? written : throw new ArgumentException("The destination is too small for the signature.", nameof(destination));
        }
        finally
        {
            Return(handle);
        }
    }

    /// <summary>Runs an operation of the framework on the key's handle, for formats that only the framework writes (PKCS#12).</summary>
    internal T Use<T>(Func<AsymmetricAlgorithm, T> operation)
    {
        AsymmetricAlgorithm handle = Rent();
        try
        {
            return operation(handle);
        }
        finally
        {
            Return(handle);
        }
    }

    /// <summary>The most bytes that a signature of any supported key takes (RSA of 16384 bits).</summary>
    public const int MaxSignatureSize = 2048;

    /// <summary>Zeroes the key.</summary>
    public void Dispose()
    {
        lock (_idleHandles)
        {
            _disposed = true;
            while (_idleHandles.TryPop(out AsymmetricAlgorithm? handle))
            {
                handle.Dispose();
            }
        }

        CryptographicOperations.ZeroMemory(_pkcs8);
    }

    /// <summary>The kind of key, never the key.</summary>
    /// <returns>For example <c>P256 private key</c>.</returns>
    public override string ToString() => $"{AlgorithmName} private key";

    private static PrivateKey GenerateRsa(int bits)
    {
        RSA rsa = RSA.Create(bits);
        return new PrivateKey($"Rsa{bits}", rsa.ExportPkcs8PrivateKey(), rsa.ExportSubjectPublicKeyInfo(), rsa);
    }

    private AsymmetricAlgorithm Rent()
    {
        lock (_idleHandles)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_idleHandles.TryPop(out AsymmetricAlgorithm? idle))
            {
                return idle;
            }
        }

        AsymmetricAlgorithm handle = IsRsa ? RSA.Create() : ECDsa.Create();
        handle.ImportPkcs8PrivateKey(_pkcs8, out _);
        return handle;
    }

    private void Return(AsymmetricAlgorithm handle)
    {
        lock (_idleHandles)
        {
            if (!_disposed)
            {
                _idleHandles.Push(handle);
                return;
            }
        }

        handle.Dispose();
    }
}
