using System.Formats.Asn1;

namespace MeshSecrets.Certificates;

/// <summary>Object identifiers, by the names of the RFCs that define them.</summary>
internal static class Oids
{
    internal const string RsaEncryption = "1.2.840.113549.1.1.1";
    internal const string RsaPss = "1.2.840.113549.1.1.10";
    internal const string Sha1WithRsa = "1.2.840.113549.1.1.5";
    internal const string Sha256WithRsa = "1.2.840.113549.1.1.11";
    internal const string Sha384WithRsa = "1.2.840.113549.1.1.12";
    internal const string Sha512WithRsa = "1.2.840.113549.1.1.13";
    internal const string Sha256 = "2.16.840.1.101.3.4.2.1";
    internal const string Sha384 = "2.16.840.1.101.3.4.2.2";
    internal const string Sha512 = "2.16.840.1.101.3.4.2.3";
    internal const string Dsa = "1.2.840.10040.4.1";
    internal const string EcPublicKey = "1.2.840.10045.2.1";
    internal const string NistP256 = "1.2.840.10045.3.1.7";
    internal const string NistP384 = "1.3.132.0.34";
    internal const string NistP521 = "1.3.132.0.35";
    internal const string EcdsaWithSha256 = "1.2.840.10045.4.3.2";
    internal const string EcdsaWithSha384 = "1.2.840.10045.4.3.3";
    internal const string EcdsaWithSha512 = "1.2.840.10045.4.3.4";
    internal const string Ed25519 = "1.3.101.112";
    internal const string Ed448 = "1.3.101.113";

    internal const string SubjectKeyIdentifier = "2.5.29.14";
    internal const string KeyUsage = "2.5.29.15";
    internal const string SubjectAltName = "2.5.29.17";
    internal const string BasicConstraints = "2.5.29.19";
    internal const string NameConstraints = "2.5.29.30";
    internal const string CertificatePolicies = "2.5.29.32";
    internal const string AuthorityKeyIdentifier = "2.5.29.35";
    internal const string ExtendedKeyUsage = "2.5.29.37";
    internal const string ExtensionRequest = "1.2.840.113549.1.9.14";

    internal const string ServerAuth = "1.3.6.1.5.5.7.3.1";
    internal const string ClientAuth = "1.3.6.1.5.5.7.3.2";
    internal const string AnyExtendedKeyUsage = "2.5.29.37.0";

    internal const string CommonName = "2.5.4.3";

    /// <summary>Whether a text is an object identifier that can be encoded: numbers with dots between, the first two in their bounds.</summary>
    internal static bool IsWellFormed(string text)
    {
        try
        {
            new AsnWriter(AsnEncodingRules.DER).WriteObjectIdentifier(text);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
