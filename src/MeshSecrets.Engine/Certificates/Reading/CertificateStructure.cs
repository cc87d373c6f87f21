using System.Formats.Asn1;

namespace MeshSecrets.Certificates.Reading;

/// <summary>
/// The parts of a certificate (RFC 5280 §4.1) that matching keys and ordering chains need, as slices of its DER.
/// Much cheaper than the framework's certificate object, which costs a hundred microseconds each.
/// </summary>
internal readonly record struct CertificateStructure(
    ReadOnlyMemory<byte> Issuer,
    ReadOnlyMemory<byte> Subject,
    ReadOnlyMemory<byte> SubjectPublicKeyInfo,
    ReadOnlyMemory<byte> SubjectKeyIdentifier,
    ReadOnlyMemory<byte> AuthorityKeyIdentifier)
{
    private static readonly Asn1Tag s_context0 = new(TagClass.ContextSpecific, 0);
    private static readonly Asn1Tag s_context1 = new(TagClass.ContextSpecific, 1);
    private static readonly Asn1Tag s_context2 = new(TagClass.ContextSpecific, 2);
    private static readonly Asn1Tag s_context3 = new(TagClass.ContextSpecific, 3);

    /// <summary>Whether issuer and subject are the same name.</summary>
    internal bool IsSelfIssued => Issuer.Span.SequenceEqual(Subject.Span);

    /// <summary>Takes a certificate apart.</summary>
    /// <exception cref="MeshException"><c>CertificateInvalid</c>.</exception>
    internal static CertificateStructure Parse(ReadOnlyMemory<byte> der, SourcePlace place)
    {
        try
        {
            AsnReader outer = new(der, AsnEncodingRules.DER);
            AsnReader certificate = outer.ReadSequence();
            outer.ThrowIfNotEmpty();
            AsnReader signed = certificate.ReadSequence();
            certificate.ReadSequence();
            certificate.ReadBitString(out _);
            certificate.ThrowIfNotEmpty();
            return ParseSigned(signed);
        }
        catch (AsnContentException e)
        {
            throw DerErrors.CertificateInvalid(place, e);
        }
    }

    /// <summary>The SubjectPublicKeyInfo of a certificate request (RFC 2986 §4.1).</summary>
    /// <exception cref="MeshException"><c>CertificateRequestInvalid</c>.</exception>
    internal static ReadOnlyMemory<byte> RequestPublicKey(ReadOnlyMemory<byte> der, SourcePlace place)
    {
        try
        {
            AsnReader outer = new(der, AsnEncodingRules.DER);
            AsnReader request = outer.ReadSequence();
            outer.ThrowIfNotEmpty();
            AsnReader signed = request.ReadSequence();
            request.ReadSequence();
            request.ReadBitString(out _);
            request.ThrowIfNotEmpty();
            signed.ReadIntegerBytes();
            signed.ReadSequence();
            return PublicKey(signed);
        }
        catch (AsnContentException e)
        {
            throw DerErrors.RequestInvalid(place, e);
        }
    }

    private static CertificateStructure ParseSigned(AsnReader signed)
    {
        if (signed.PeekTag().HasSameClassAndValue(s_context0))
        {
            signed.ReadSequence(s_context0).ReadIntegerBytes();
        }

        signed.ReadIntegerBytes();
        signed.ReadSequence();
        ReadOnlyMemory<byte> issuer = signed.PeekEncodedValue();
        signed.ReadSequence();
        signed.ReadSequence();
        ReadOnlyMemory<byte> subject = signed.PeekEncodedValue();
        signed.ReadSequence();
        ReadOnlyMemory<byte> publicKey = PublicKey(signed);
        SkipIf(signed, s_context1);
        SkipIf(signed, s_context2);
        ReadOnlyMemory<byte> subjectKey = default;
        ReadOnlyMemory<byte> authorityKey = default;
        if (signed.HasData)
        {
            AsnReader extensions = signed.ReadSequence(s_context3).ReadSequence();
            while (extensions.HasData)
            {
                ReadExtension(extensions.ReadSequence(), ref subjectKey, ref authorityKey);
            }
        }

        signed.ThrowIfNotEmpty();
        return new(issuer, subject, publicKey, subjectKey, authorityKey);
    }

    private static void ReadExtension(AsnReader extension, ref ReadOnlyMemory<byte> subjectKey, ref ReadOnlyMemory<byte> authorityKey)
    {
        string oid = extension.ReadObjectIdentifier();
        if (extension.PeekTag() == Asn1Tag.Boolean)
        {
            extension.ReadBoolean();
        }

        if (!extension.TryReadPrimitiveOctetString(out ReadOnlyMemory<byte> value))
        {
            throw new AsnContentException("The extension's value is no octet string.");
        }

        if (oid == Oids.SubjectKeyIdentifier)
        {
            subjectKey = OctetString(new AsnReader(value, AsnEncodingRules.DER), Asn1Tag.PrimitiveOctetString);
        }
        else if (oid == Oids.AuthorityKeyIdentifier)
        {
            AsnReader identifier = new AsnReader(value, AsnEncodingRules.DER).ReadSequence();
            authorityKey = identifier.HasData && identifier.PeekTag().HasSameClassAndValue(s_context0)
                ? OctetString(identifier, s_context0)
                : default;
        }
    }

    private static ReadOnlyMemory<byte> OctetString(AsnReader reader, Asn1Tag tag) =>
        reader.TryReadPrimitiveOctetString(out ReadOnlyMemory<byte> value, tag)
            ? value
            : throw new AsnContentException("The key identifier is no octet string.");

    private static ReadOnlyMemory<byte> PublicKey(AsnReader reader)
    {
        ReadOnlyMemory<byte> encoded = reader.PeekEncodedValue();
        AsnReader info = reader.ReadSequence();
        info.ReadSequence().ReadObjectIdentifier();
        info.ReadBitString(out _);
        info.ThrowIfNotEmpty();
        return encoded;
    }

    private static void SkipIf(AsnReader reader, Asn1Tag tag)
    {
        if (reader.HasData && reader.PeekTag().HasSameClassAndValue(tag))
        {
            reader.ReadEncodedValue();
        }
    }
}
