using System.Formats.Asn1;
using System.Net;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Der;
using MeshSecrets.Certificates.Names;
using MeshSecrets.Certificates.Profiles;

namespace MeshSecrets.Tests.Certificates.Forging;

/// <summary>
/// Makes certificates of any shape, sound or not, cheaply (some 0.1 ms each). Root, Intermediate and Leaf begin with what
/// is sound; the recipe's owner spoils what a test is about.
/// </summary>
internal static class CertificateForge
{
    internal static DateTimeOffset Now => CertificateRecipe.Now;

    /// <summary>A sound root of ten years.</summary>
    internal static ForgedCertificate Root(string subject = "CN=Root,O=Example", Action<CertificateRecipe>? change = null) => Make(signer: null, change, new CertificateRecipe
    {
        Subject = subject,
        Key = ForgedKey.Ec("root"),
        NotAfter = Now.AddDays(3650),
        IsCa = true,
        KeyUsage = KeyUsages.KeyCertSign | KeyUsages.CrlSign,
        AuthorityKeyIdentifier = false,
    });

    /// <summary>A sound authority below another one, of one year.</summary>
    internal static ForgedCertificate Intermediate(ForgedCertificate signer, string subject = "CN=Mesh,O=Example", Action<CertificateRecipe>? change = null) => Make(signer, change, new CertificateRecipe
    {
        Subject = subject,
        Key = ForgedKey.Ec("mesh"),
        Serial = [0x11],
        NotAfter = Now.AddDays(360),
        IsCa = true,
        PathLength = 0,
        KeyUsage = KeyUsages.KeyCertSign | KeyUsages.CrlSign,
    });

    /// <summary>A sound leaf for server and client, with a DNS name and a SPIFFE ID.</summary>
    internal static ForgedCertificate Leaf(ForgedCertificate signer, Action<CertificateRecipe>? change = null) => Make(signer, change, new CertificateRecipe
    {
        Subject = "CN=web.example",
        Key = ForgedKey.Ec("web"),
        Serial = [0x21],
        KeyUsage = KeyUsages.DigitalSignature,
        IsCa = false,
        ExtendedKeyUsage = [Oids.ServerAuth, Oids.ClientAuth],
        Dns = ["web.example"],
    });

    /// <summary>Any certificate.</summary>
    /// <param name="signer">Who signs; <see langword="null"/> for a self-signed one.</param>
    /// <param name="change">What departs from the recipe.</param>
    /// <param name="recipe">The recipe.</param>
    internal static ForgedCertificate Make(ForgedCertificate? signer, Action<CertificateRecipe>? change, CertificateRecipe recipe)
    {
        change?.Invoke(recipe);
        ForgedKey signerKey = signer?.Key ?? recipe.Key;
        byte[] subject = recipe.SubjectDer ?? DistinguishedName.Parse(recipe.Subject).Encoded.ToArray();
        byte[] issuer = recipe.Issuer is { } name ? DistinguishedName.Parse(name).Encoded.ToArray() : signer?.Info.Subject.Encoded.ToArray() ?? subject;
        byte[] algorithm = SignatureAlgorithm(signerKey, recipe.Hash);
        byte[] body = Body(recipe, subject, issuer, algorithm, signerKey);
        byte[] signature = signerKey.Sign(body, new HashAlgorithmName(recipe.Hash));
        if (recipe.BreakSignature)
        {
            signature = signerKey.Sign([.. body, 0], new HashAlgorithmName(recipe.Hash));
        }

        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteEncodedValue(body);
            writer.WriteEncodedValue(recipe.OuterHash is { } outer ? SignatureAlgorithm(signerKey, outer) : algorithm);
            writer.WriteBitString(signature);
        }

        return new ForgedCertificate(writer.Encode(), recipe.Key);
    }

    /// <summary>The DER of an extension's value.</summary>
    internal static byte[] Encode(Action<AsnWriter> write)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        write(writer);
        return writer.Encode();
    }

    private static byte[] Body(CertificateRecipe recipe, byte[] subject, byte[] issuer, byte[] algorithm, ForgedKey signerKey) => Encode(writer =>
    {
        using (writer.PushSequence())
        {
            if (recipe.Version != 1)
            {
                using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
                {
                    writer.WriteInteger(recipe.Version - 1);
                }
            }

            writer.WriteInteger(new BigInteger(recipe.Serial, isUnsigned: false, isBigEndian: true));
            writer.WriteEncodedValue(algorithm);
            writer.WriteEncodedValue(issuer);
            using (writer.PushSequence())
            {
                Time(writer, recipe.NotBefore);
                Time(writer, recipe.NotAfter);
            }

            writer.WriteEncodedValue(subject);
            writer.WriteEncodedValue(recipe.PublicKeyDer ?? recipe.Key.SubjectPublicKeyInfo);
            List<(string Oid, bool Critical, byte[] Value)> extensions = Extensions(recipe, signerKey);
            if (extensions.Count > 0)
            {
                using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 3)))
                using (writer.PushSequence())
                {
                    extensions.ForEach(extension => Extension(writer, extension));
                }
            }
        }
    });

    private static List<(string Oid, bool Critical, byte[] Value)> Extensions(CertificateRecipe recipe, ForgedKey signerKey)
    {
        List<(string Oid, bool Critical, byte[] Value)> extensions = [];
        if (recipe.IsCa is { } isCa)
        {
            extensions.Add((Oids.BasicConstraints, recipe.BasicConstraintsCritical, Encode(writer =>
            {
                using (writer.PushSequence())
                {
                    if (isCa)
                    {
                        writer.WriteBoolean(true);
                    }

                    if (recipe.PathLength is { } length)
                    {
                        writer.WriteInteger(length);
                    }
                }
            })));
        }

        if (recipe.KeyUsage is { } usage)
        {
            extensions.Add((Oids.KeyUsage, recipe.KeyUsageCritical, Encode(writer => writer.WriteNamedBitList(usage))));
        }

        if (recipe.ExtendedKeyUsage.Length > 0)
        {
            extensions.Add((Oids.ExtendedKeyUsage, false, Encode(writer =>
            {
                using (writer.PushSequence())
                {
                    Array.ForEach(recipe.ExtendedKeyUsage, oid => writer.WriteObjectIdentifier(oid));
                }
            })));
        }

        if (recipe.SubjectKeyIdentifier)
        {
            extensions.Add((Oids.SubjectKeyIdentifier, false, Encode(writer => writer.WriteOctetString(Identifier(recipe.PublicKeyDer ?? recipe.Key.SubjectPublicKeyInfo)))));
        }

        if (recipe.AuthorityKeyIdentifier)
        {
            extensions.Add((Oids.AuthorityKeyIdentifier, false, Encode(writer =>
            {
                using (writer.PushSequence())
                {
                    writer.WriteOctetString(recipe.OtherAuthorityKeyIdentifier ?? Identifier(signerKey.SubjectPublicKeyInfo), new Asn1Tag(TagClass.ContextSpecific, 0));
                }
            })));
        }

        if (recipe.Dns.Length + recipe.Uri.Length + recipe.Ip.Length + recipe.Email.Length > 0)
        {
            extensions.Add((Oids.SubjectAltName, recipe.SanCritical, Encode(writer =>
            {
                using (writer.PushSequence())
                {
                    Array.ForEach(recipe.Email, email => Name(writer, 1, Encoding.Latin1.GetBytes(email)));
                    Array.ForEach(recipe.Dns, dns => Name(writer, 2, Encoding.Latin1.GetBytes(dns)));
                    Array.ForEach(recipe.Uri, uri => Name(writer, 6, Encoding.Latin1.GetBytes(uri)));
                    Array.ForEach(recipe.Ip, ip => Name(writer, 7, IPAddress.Parse(ip).GetAddressBytes()));
                }
            })));
        }

        extensions.AddRange(recipe.More);
        return extensions;
    }

    private static byte[] Identifier(byte[] subjectPublicKeyInfo)
    {
        byte[] identifier = new byte[ExtensionEncoding.KeyIdentifierSize];
        ExtensionEncoding.KeyIdentifier(subjectPublicKeyInfo, identifier);
        return identifier;
    }

    private static void Name(AsnWriter writer, int tag, byte[] content) => writer.WriteOctetString(content, new Asn1Tag(TagClass.ContextSpecific, tag));

    private static void Extension(AsnWriter writer, (string Oid, bool Critical, byte[] Value) extension)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(extension.Oid);
            if (extension.Critical)
            {
                writer.WriteBoolean(true);
            }

            writer.WriteOctetString(extension.Value);
        }
    }

    private static void Time(AsnWriter writer, DateTimeOffset time)
    {
        if (time.UtcDateTime.Year < 2050)
        {
            writer.WriteUtcTime(time, twoDigitYearMax: 2049);
        }
        else
        {
            writer.WriteGeneralizedTime(time, omitFractionalSeconds: true);
        }
    }

    private static byte[] SignatureAlgorithm(ForgedKey key, string hash) => Encode(writer =>
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier((key.IsRsa, hash) switch
            {
                (true, "MD5") => "1.2.840.113549.1.1.4",
                (true, "SHA1") => Oids.Sha1WithRsa,
                (true, "SHA384") => Oids.Sha384WithRsa,
                (true, "SHA512") => Oids.Sha512WithRsa,
                (true, _) => Oids.Sha256WithRsa,
                (false, "SHA1") => "1.2.840.10045.4.1",
                (false, "SHA384") => Oids.EcdsaWithSha384,
                (false, "SHA512") => Oids.EcdsaWithSha512,
                (false, _) => Oids.EcdsaWithSha256,
            });
            if (key.IsRsa)
            {
                writer.WriteNull();
            }
        }
    });
}
