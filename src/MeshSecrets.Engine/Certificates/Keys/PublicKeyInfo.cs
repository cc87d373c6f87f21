using System.Formats.Asn1;
using System.Security.Cryptography;

namespace MeshSecrets.Certificates.Keys;

/// <summary>Reads what a SubjectPublicKeyInfo (RFC 5280 §4.1.2.7) or the head of a PKCS#8 says of its algorithm.</summary>
internal static class PublicKeyInfo
{
    /// <summary>The name of the key's kind: <c>P256</c>, <c>Rsa2048</c>, <c>Ed25519</c>, or an OID.</summary>
    internal static string Describe(ReadOnlyMemory<byte> subjectPublicKeyInfo)
    {
        AsnReader spki = new AsnReader(subjectPublicKeyInfo, AsnEncodingRules.DER).ReadSequence();
        AsnReader algorithm = spki.ReadSequence();
        string oid = algorithm.ReadObjectIdentifier();
        if (oid == Oids.EcPublicKey)
        {
            bool named = algorithm.HasData && algorithm.PeekTag() == Asn1Tag.ObjectIdentifier;
            return CurveName(named ? algorithm.ReadObjectIdentifier() : null) ?? "EC";
        }

        if (oid is Oids.RsaEncryption or Oids.RsaPss)
        {
            byte[] bits = spki.ReadBitString(out _);
            ReadOnlySpan<byte> modulus = new AsnReader(bits, AsnEncodingRules.DER).ReadSequence().ReadIntegerBytes().Span.TrimStart((byte)0);
            return modulus.IsEmpty ? "Rsa0" : $"Rsa{(modulus.Length * 8) - System.Numerics.BitOperations.LeadingZeroCount(modulus[0]) + 24}";
        }

        return AlgorithmName(oid);
    }

    /// <summary>Whether a kind of key is fit to be certified: 112 bits of security and more (NIST SP 800-57), and known everywhere.</summary>
    internal static bool IsStrong(string algorithm) =>
        algorithm is nameof(KeyAlgorithm.P256) or nameof(KeyAlgorithm.P384) or "P521" or "Ed25519"
        || (algorithm.StartsWith("Rsa", StringComparison.Ordinal)
            && int.TryParse(algorithm.AsSpan(3), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out int bits)
            && bits >= 2048);

    /// <summary>Whether the key is an RSA key.</summary>
    internal static bool IsRsa(ReadOnlySpan<byte> subjectPublicKeyInfo)
    {
        ReadOnlySpan<byte> oid = [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01];
        int at = subjectPublicKeyInfo.IndexOf(oid);
        return at is >= 0 and < 16;
    }

    /// <summary>The algorithm's OID in a PKCS#8 structure.</summary>
    internal static string Pkcs8Algorithm(ReadOnlyMemory<byte> der, string source)
    {
        try
        {
            AsnReader pkcs8 = new AsnReader(der, AsnEncodingRules.BER).ReadSequence();
            pkcs8.ReadInteger();
            return pkcs8.ReadSequence().ReadObjectIdentifier();
        }
        catch (AsnContentException e)
        {
            throw KeyErrors.Invalid(source, e);
        }
    }

    internal static string? CurveName(string? oid) => oid switch
    {
        Oids.NistP256 => nameof(KeyAlgorithm.P256),
        Oids.NistP384 => nameof(KeyAlgorithm.P384),
        Oids.NistP521 => "P521",
        _ => null,
    };

    internal static string AlgorithmName(string oid) => oid switch
    {
        Oids.Ed25519 => "Ed25519",
        Oids.Ed448 => "Ed448",
        Oids.Dsa => "Dsa",
        _ => oid,
    };

    /// <summary>Whether two encodings mean the same public key, even if one uses a compressed point or other parameters.</summary>
    internal static bool SameKey(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) =>
        left.SequenceEqual(right) || (Normalize(left) is { } a && Normalize(right) is { } b && a.AsSpan().SequenceEqual(b));

    /// <summary>The encoding that the framework writes for a key; <see langword="null"/> if it does not know the key.</summary>
    internal static byte[]? Normalize(ReadOnlySpan<byte> subjectPublicKeyInfo)
    {
        foreach (bool rsa in (ReadOnlySpan<bool>)[false, true])
        {
            using AsymmetricAlgorithm key = rsa ? RSA.Create() : ECDsa.Create();
            try
            {
                key.ImportSubjectPublicKeyInfo(subjectPublicKeyInfo, out _);
                return key.ExportSubjectPublicKeyInfo();
            }
            catch (Exception e) when (e is CryptographicException or PlatformNotSupportedException)
            {
                continue; // Not of this kind, or on a curve that is not known; a key of neither kind equals only its own bytes.
            }
        }

        return null;
    }
}
