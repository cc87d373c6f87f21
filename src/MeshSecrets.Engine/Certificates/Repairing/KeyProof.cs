using System.Formats.Asn1;
using System.Security.Cryptography;
using MeshSecrets.Certificates.Keys;
using MeshSecrets.Certificates.Reading;

namespace MeshSecrets.Certificates.Repairing;

/// <summary>Proves private keys by what is in them.</summary>
internal static class KeyProof
{
    private static readonly Asn1Tag s_parameters = new(TagClass.ContextSpecific, 0, isConstructed: true);

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

    /// <summary>
    /// Whether it is an EC key with nothing in it but its curve and its secret (RFC 5915 §3, without the public key; in
    /// PKCS#8 or not), so that the public key beside it determines every byte.
    /// </summary>
    internal static bool IsPlain(Candidate item)
    {
        if (item.Kind is not (MaterialKind.PrivateKey or MaterialKind.EcPrivateKey))
        {
            return false;
        }

        try
        {
            AsnReader outer = new AsnReader(item.Der, AsnEncodingRules.DER).ReadSequence();
            if (item.Kind == MaterialKind.EcPrivateKey)
            {
                return IsPlain(outer, curve: null);
            }

            bool isFirstVersion = outer.ReadInteger().IsZero;
            AsnReader algorithm = outer.ReadSequence();
            if (algorithm.ReadObjectIdentifier() != Oids.EcPublicKey)
            {
                return false;
            }

            string curve = algorithm.ReadObjectIdentifier();
            return outer.TryReadPrimitiveOctetString(out ReadOnlyMemory<byte> content)
                && isFirstVersion && !algorithm.HasData && !outer.HasData
                && IsPlain(new AsnReader(content, AsnEncodingRules.DER).ReadSequence(), curve);
        }
        catch (AsnContentException)
        {
            return false;
        }
    }

    private static bool IsPlain(AsnReader key, string? curve)
    {
        key.ReadIntegerBytes();
        key.ReadEncodedValue();
        if (!key.HasData)
        {
            return curve is not null;
        }

        AsnReader parameters = key.ReadSequence(s_parameters);
        string named = parameters.ReadObjectIdentifier();
        return !parameters.HasData && !key.HasData && (curve ?? named) == named;
    }
}
