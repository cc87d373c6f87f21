using System.Formats.Asn1;
using System.Security.Cryptography;
using MeshSecrets.Certificates.Names;
using MeshSecrets.Certificates.Profiles;

namespace MeshSecrets.Certificates.Der;

/// <summary>Writes the certificate extensions of RFC 5280 §4.2.1.</summary>
internal static class ExtensionEncoding
{
    /// <summary>160 bits, as RFC 7093 §2 method 1 makes them: the leftmost of the SHA-256 of the key's bits.</summary>
    internal const int KeyIdentifierSize = 20;

    private static readonly byte[] s_subjectKeyIdentifierOid = Convert.FromHexString("0603551D0E");
    private static readonly byte[] s_subjectAltNameOid = Convert.FromHexString("0603551D11");
    private static readonly byte[] s_authorityKeyIdentifierOid = Convert.FromHexString("0603551D23");
    private static readonly byte[] s_true = [0x01, 0x01, 0xFF];

    /// <summary>The extensions that depend on the profile alone, encoded one after another: basicConstraints, keyUsage, extKeyUsage.</summary>
    internal static byte[] Fixed(CertificateProfile profile, bool rsaKey, int? pathLength)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        Extension(writer, Oids.BasicConstraints, critical: true, content =>
        {
            using (content.PushSequence())
            {
                if (profile.IsCa)
                {
                    content.WriteBoolean(true);
                    if (pathLength is { } length)
                    {
                        content.WriteInteger(length);
                    }
                }
            }
        });

        KeyUsages usages = profile.KeyUsagesFor(rsaKey);
        if (usages != KeyUsages.None)
        {
            Extension(writer, Oids.KeyUsage, critical: true, content => content.WriteNamedBitList(usages));
        }

        if (!profile.ExtendedKeyUsages.IsEmpty)
        {
            Extension(writer, Oids.ExtendedKeyUsage, critical: false, content =>
            {
                using (content.PushSequence())
                {
                    foreach (string oid in profile.ExtendedKeyUsages)
                    {
                        content.WriteObjectIdentifier(oid);
                    }
                }
            });
        }

        return writer.Encode();
    }

    /// <summary>The identifier of a public key: RFC 7093 §2 method 1.</summary>
    internal static void KeyIdentifier(ReadOnlyMemory<byte> subjectPublicKeyInfo, Span<byte> destination)
    {
        AsnReader spki = new AsnReader(subjectPublicKeyInfo, AsnEncodingRules.DER).ReadSequence();
        spki.ReadEncodedValue();
        if (!spki.TryReadPrimitiveBitString(out _, out ReadOnlyMemory<byte> key))
        {
            throw new CryptographicException("The public key is no BIT STRING.");
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(key.Span, hash);
        hash[..KeyIdentifierSize].CopyTo(destination);
    }

    internal static void SubjectKeyIdentifier(ref DerWriter writer, scoped ReadOnlySpan<byte> identifier)
    {
        int mark = writer.Mark;
        writer.Value(DerTag.OctetString, identifier);
        writer.Close(DerTag.OctetString, mark);
        writer.Raw(s_subjectKeyIdentifierOid);
        writer.Close(DerTag.Sequence, mark);
    }

    internal static void AuthorityKeyIdentifier(ref DerWriter writer, scoped ReadOnlySpan<byte> identifier)
    {
        int mark = writer.Mark;
        writer.Value(DerTag.Context(0), identifier);
        writer.Close(DerTag.Sequence, mark);
        writer.Close(DerTag.OctetString, mark);
        writer.Raw(s_authorityKeyIdentifierOid);
        writer.Close(DerTag.Sequence, mark);
    }

    /// <summary>subjectAltName, critical if the subject is empty (RFC 5280 §4.2.1.6). Nothing if there are no names.</summary>
    internal static void SubjectAltName(ref DerWriter writer, SubjectAlternativeNames names, bool critical)
    {
        if (names.IsEmpty)
        {
            return;
        }

        int mark = writer.Mark;
        for (int i = names.EmailAddresses.Length - 1; i >= 0; i--)
        {
            writer.AsciiString(DerTag.Context(1), names.EmailAddresses[i]);
        }

        Span<byte> address = stackalloc byte[16];
        for (int i = names.IpAddresses.Length - 1; i >= 0; i--)
        {
            names.IpAddresses[i].TryWriteBytes(address, out int size);
            writer.Value(DerTag.Context(7), address[..size]);
        }

        for (int i = names.Uris.Length - 1; i >= 0; i--)
        {
            writer.AsciiString(DerTag.Context(6), names.Uris[i]);
        }

        for (int i = names.DnsNames.Length - 1; i >= 0; i--)
        {
            writer.AsciiString(DerTag.Context(2), names.DnsNames[i]);
        }

        writer.Close(DerTag.Sequence, mark);
        writer.Close(DerTag.OctetString, mark);
        if (critical)
        {
            writer.Raw(s_true);
        }

        writer.Raw(s_subjectAltNameOid);
        writer.Close(DerTag.Sequence, mark);
    }

    private static void Extension(AsnWriter writer, string oid, bool critical, Action<AsnWriter> write)
    {
        AsnWriter content = new(AsnEncodingRules.DER);
        write(content);
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(oid);
            if (critical)
            {
                writer.WriteBoolean(true);
            }

            writer.WriteOctetString(content.Encode());
        }
    }
}
