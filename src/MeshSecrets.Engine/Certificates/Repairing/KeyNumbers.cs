using System.Formats.Asn1;
using System.Numerics;
using MeshSecrets.Certificates.Reading;

namespace MeshSecrets.Certificates.Repairing;

/// <summary>What the framework does not test of a private key, or tests at great cost.</summary>
internal static class KeyNumbers
{
    /// <summary>
    /// Whether the versions are not those of the formats (OpenSSL keeps any), the factors of an RSA key do not give its
    /// modulus, or the structure is none of the known ones.
    /// </summary>
    internal static bool Contradict(Candidate item)
    {
        try
        {
            AsnReader key = new AsnReader(item.Der, AsnEncodingRules.DER).ReadSequence();
            return item.Kind switch
            {
                MaterialKind.RsaPrivateKey => !IsRsa(key),
                MaterialKind.EcPrivateKey => !IsEc(key),
                _ => !IsPkcs8(key),
            };
        }
        catch (AsnContentException)
        {
            return true;
        }
    }

    /// <summary>RFC 5958 §2: version 0, or 1 with the public key behind it.</summary>
    private static bool IsPkcs8(AsnReader pkcs8)
    {
        if (pkcs8.ReadInteger() > 1)
        {
            return false;
        }

        string algorithm = pkcs8.ReadSequence().ReadObjectIdentifier();
        AsnReader key = new(pkcs8.ReadOctetString(), AsnEncodingRules.DER);
        return algorithm switch
        {
            Oids.RsaEncryption or Oids.RsaPss => IsRsa(key.ReadSequence()),
            Oids.EcPublicKey => IsEc(key.ReadSequence()),
            _ => true,
        };
    }

    /// <summary>RFC 8017 §A.1.2: version, n, e, d, p, q, …</summary>
    private static bool IsRsa(AsnReader key)
    {
        if (!key.ReadInteger().IsZero)
        {
            return false;
        }

        BigInteger modulus = key.ReadInteger();
        key.ReadIntegerBytes();
        key.ReadIntegerBytes();
        return key.ReadInteger() * key.ReadInteger() == modulus;
    }

    /// <summary>RFC 5915 §3: version 1.</summary>
    private static bool IsEc(AsnReader key) => key.ReadInteger().IsOne;
}
