using System.Formats.Asn1;
using System.Security.Cryptography;
using MeshSecrets.Certificates;

namespace MeshSecrets.Tests.Certificates.Forging;

/// <summary>Makes revocation lists.</summary>
internal static class CrlForge
{
    /// <summary>A list of an authority.</summary>
    internal static byte[] Make(ForgedCertificate issuer, DateTimeOffset thisUpdate, DateTimeOffset? nextUpdate, params string[] serials) => Make(issuer, thisUpdate, nextUpdate, serials, delta: false);

    /// <summary>A delta list.</summary>
    internal static byte[] Delta(ForgedCertificate issuer, DateTimeOffset thisUpdate, DateTimeOffset? nextUpdate) => Make(issuer, thisUpdate, nextUpdate, [], delta: true);

    /// <summary>A list in PEM.</summary>
    internal static string Pem(byte[] der) => PemEncoding.WriteString("X509 CRL", der) + "\n";

    private static byte[] Make(ForgedCertificate issuer, DateTimeOffset thisUpdate, DateTimeOffset? nextUpdate, string[] serials, bool delta)
    {
        byte[] algorithm = CertificateForge.Encode(writer =>
        {
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(issuer.Key.IsRsa ? Oids.Sha256WithRsa : Oids.EcdsaWithSha256);
            }
        });
        byte[] body = CertificateForge.Encode(writer => Write(writer, issuer, thisUpdate, nextUpdate, serials, algorithm, delta));
        return CertificateForge.Encode(writer =>
        {
            using (writer.PushSequence())
            {
                writer.WriteEncodedValue(body);
                writer.WriteEncodedValue(algorithm);
                writer.WriteBitString(issuer.Key.Sign(body, HashAlgorithmName.SHA256));
            }
        });
    }

    private static void Write(AsnWriter writer, ForgedCertificate issuer, DateTimeOffset thisUpdate, DateTimeOffset? nextUpdate, string[] serials, byte[] algorithm, bool delta)
    {
        using (writer.PushSequence())
        {
            writer.WriteInteger(1);
            writer.WriteEncodedValue(algorithm);
            writer.WriteEncodedValue(issuer.Info.Subject.Encoded.Span);
            writer.WriteUtcTime(thisUpdate, twoDigitYearMax: 2049);
            if (nextUpdate is { } next)
            {
                writer.WriteUtcTime(next, twoDigitYearMax: 2049);
            }

            if (serials.Length > 0)
            {
                using (writer.PushSequence())
                {
                    foreach (string serial in serials)
                    {
                        using (writer.PushSequence())
                        {
                            writer.WriteInteger(Convert.FromHexString(serial));
                            writer.WriteUtcTime(thisUpdate, twoDigitYearMax: 2049);
                        }
                    }
                }
            }

            if (delta)
            {
                using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
                using (writer.PushSequence())
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier("2.5.29.27");
                    writer.WriteBoolean(true);
                    writer.WriteOctetString(CertificateForge.Encode(number => number.WriteInteger(1)));
                }
            }
        }
    }
}
