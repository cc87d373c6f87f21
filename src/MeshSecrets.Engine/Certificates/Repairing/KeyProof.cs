using System.Security.Cryptography;
using MeshSecrets.Certificates.Keys;
using MeshSecrets.Certificates.Reading;

namespace MeshSecrets.Certificates.Repairing;

/// <summary>Proves private keys by what is in them.</summary>
internal static class KeyProof
{
    /// <summary>Imports a key; <see langword="null"/> if it is none, or contradicts itself.</summary>
    internal static PrivateKey? Import(Candidate item)
    {
        // The framework's import takes milliseconds for an RSA key; the product of the factors tells nearly all wrong ones before.
        return KeyNumbers.Contradict(item) || Fault(item, "key", out PrivateKey? key) is not null ? null : key;
    }

    /// <summary>Why a key cannot be used; <see langword="null"/> if it can, or is of a kind that is not known.</summary>
    internal static MeshException? Fault(Candidate item, string source, out PrivateKey? key)
    {
        key = null;
        try
        {
            key = item.Kind switch
            {
                MaterialKind.EcPrivateKey => PrivateKeyImport.FromSec1(item.Der, source),
                MaterialKind.RsaPrivateKey => PrivateKeyImport.FromPkcs1(item.Der, source),
                _ => PrivateKeyImport.FromPkcs8(item.Der, source),
            };
            if (!KeyNumbers.Contradict(item))
            {
                return null;
            }

            key.Dispose();
            key = null;
            return KeyErrors.Invalid(source, new CryptographicException("The structure is not of a version that is defined."));
        }
        catch (MeshException fault)
        {
            return fault; // The answer asked for.
        }
    }

    /// <summary>
    /// Whether every byte of the encoding is determined by the key, and the key by itself: the framework has checked that
    /// its numbers fit (for an EC key: the public point, which therefore must be there), and writes it the same way again.
    /// </summary>
    internal static bool IsConsistent(Candidate item, PrivateKey key)
    {
        byte[] again = item.Kind == MaterialKind.PrivateKey ? key.ExportPkcs8() : key.ExportTraditional();
        try
        {
            return again.AsSpan().SequenceEqual(item.Der);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(again);
        }
    }
}
