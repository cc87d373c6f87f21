using System.Formats.Asn1;
using System.Numerics;
using MeshSecrets.Certificates.Names;
using MeshSecrets.Certificates.Verification;

namespace MeshSecrets.Certificates.Revocation;

/// <summary>A decoded certificate revocation list (RFC 5280 §5).</summary>
/// <remarks>
/// Lists of large authorities have a hundred thousand entries. They are decoded as they are asked for; the head alone
/// costs microseconds, a search through a hundred thousand entries some milliseconds.
/// </remarks>
public sealed class CertificateRevocationList
{
    private const string CrlNumberOid = "2.5.29.20";
    private const string ReasonCodeOid = "2.5.29.21";
    private const string DeltaIndicatorOid = "2.5.29.27";
    private const string DistributionPointOid = "2.5.29.28";

    private static readonly Asn1Tag s_extensions = new(TagClass.ContextSpecific, 0, isConstructed: true);

    private readonly string _source;
    private readonly ReadOnlyMemory<byte> _toBeSigned;
    private readonly ReadOnlyMemory<byte> _algorithm;
    private readonly ReadOnlyMemory<byte> _signature;
    private readonly ReadOnlyMemory<byte> _revoked;

    private CertificateRevocationList(ReadOnlyMemory<byte> encoded, string source)
    {
        _source = source;
        Encoded = encoded;
        AsnReader outer = new(encoded, AsnEncodingRules.DER);
        AsnReader list = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        _toBeSigned = list.PeekEncodedValue();
        AsnReader body = list.ReadSequence();
        _algorithm = list.ReadEncodedValue();
        _signature = list.TryReadPrimitiveBitString(out _, out ReadOnlyMemory<byte> bits) ? bits : throw new AsnContentException("The signature is no BIT STRING.");
        list.ThrowIfNotEmpty();

        Version = body.PeekTag() == Asn1Tag.Integer ? ReadVersion(body) : 1;
        body.ReadSequence();
        Issuer = new DistinguishedName(body.ReadEncodedValue().ToArray());
        _ = Issuer.ToString();
        ThisUpdate = CertificateInfo.ReadTime(body);
        NextUpdate = body.HasData && IsTime(body.PeekTag()) ? CertificateInfo.ReadTime(body) : null;
        _revoked = body.HasData && body.PeekTag() == Asn1Tag.Sequence ? body.ReadEncodedValue() : default;
        if (body.HasData)
        {
            ReadExtensions(CertificateInfo.ReadExtensionList(body.ReadSequence(s_extensions).ReadSequence()));
        }

        body.ThrowIfNotEmpty();
    }

    /// <summary>The whole list in DER.</summary>
    public ReadOnlyMemory<byte> Encoded { get; }

    /// <summary>1 or 2.</summary>
    public int Version { get; }

    /// <summary>Whose list it is.</summary>
    public DistinguishedName Issuer { get; }

    /// <summary>When it was made (UTC).</summary>
    public DateTimeOffset ThisUpdate { get; }

    /// <summary>When the next one is due (UTC): after that, this one says nothing. <see langword="null"/> if it does not say.</summary>
    public DateTimeOffset? NextUpdate { get; }

    /// <summary>Its number in the sequence of its authority's lists, or <see langword="null"/>.</summary>
    public BigInteger? Number { get; private set; }

    /// <summary>The key identifier in authorityKeyIdentifier; empty if absent.</summary>
    public ReadOnlyMemory<byte> AuthorityKeyIdentifier { get; private set; }

    /// <summary>Whether it holds only what changed since another list.</summary>
    public bool IsDelta { get; private set; }

    /// <summary>Whether it is restricted to a part of its authority's certificates.</summary>
    public bool IsPartial { get; private set; }

    /// <summary>The entries, decoded as they are read.</summary>
    /// <exception cref="MeshException"><c>CrlInvalid</c>, while they are read.</exception>
    public IEnumerable<RevokedCertificate> Revoked
    {
        get
        {
            AsnReader? entries = Entries();
            while (entries is { HasData: true })
            {
                yield return ReadEntry(entries);
            }
        }
    }

    /// <summary>Decodes a list's head, and finds its entries.</summary>
    /// <param name="der">The DER, without trailing bytes.</param>
    /// <param name="source">Where it comes from, for messages.</param>
    /// <returns>The list.</returns>
    /// <exception cref="MeshException"><c>CrlInvalid</c>.</exception>
    public static CertificateRevocationList Parse(ReadOnlyMemory<byte> der, string source)
    {
        try
        {
            return new CertificateRevocationList(der, source);
        }
        catch (Exception e) when (e is AsnContentException or OverflowException or ArgumentException)
        {
            throw RevocationErrors.Invalid(source, "its structure is not that of RFC 5280, section 5", e);
        }
    }

    /// <summary>Whether it is signed by the key of a certificate, and bears its name.</summary>
    /// <param name="issuer">The authority's certificate.</param>
    /// <returns>Whether it is this authority's.</returns>
    /// <exception cref="MeshException"><c>SignatureAlgorithmUnsupported</c>.</exception>
    public bool IsSignedBy(CertificateInfo issuer) =>
        Issuer.Equals(issuer.Subject) && SignatureVerifier.Verify(issuer.SubjectPublicKeyInfo, _toBeSigned.Span, _algorithm, _signature.Span, _source);

    /// <summary>The entry of a certificate, if it is revoked. Whose certificate it is is the caller's to know: serial numbers are those of one authority.</summary>
    /// <param name="serialNumber">The serial number, written as <see cref="CertificateInfo.SerialNumber"/> is.</param>
    /// <returns>The entry, or <see langword="null"/>.</returns>
    /// <exception cref="MeshException"><c>CrlInvalid</c>.</exception>
    public RevokedCertificate? Find(string serialNumber)
    {
        byte[] wanted = Convert.FromHexString(serialNumber);
        AsnReader? entries = Entries();
        try
        {
            while (entries is { HasData: true })
            {
                // Most entries are other certificates': only the number is looked at.
                ReadOnlyMemory<byte> encoded = entries.PeekEncodedValue();
                ReadOnlySpan<byte> serial = entries.ReadSequence().ReadIntegerBytes().Span;
                if ((serial.Length > 1 && serial[0] == 0 ? serial[1..] : serial).SequenceEqual(wanted))
                {
                    return ReadEntry(new AsnReader(encoded, AsnEncodingRules.DER));
                }
            }

            return null;
        }
        catch (AsnContentException e)
        {
            throw RevocationErrors.Invalid(_source, "one of its entries cannot be read", e);
        }
    }

    /// <summary>Issuer and time.</summary>
    /// <returns>For example <c>list of CN=Root of 2030-01-01</c>.</returns>
    public override string ToString() => $"list of {Issuer} of {ThisUpdate:u}";

    private static int ReadVersion(AsnReader body) => body.ReadInteger() == 1 ? 2 : throw new AsnContentException("The version is unknown.");

    private static bool IsTime(Asn1Tag tag) => tag.HasSameClassAndValue(Asn1Tag.UtcTime) || tag.HasSameClassAndValue(Asn1Tag.GeneralizedTime);

    private void ReadExtensions(IEnumerable<CertificateExtension> extensions)
    {
        foreach (CertificateExtension extension in extensions)
        {
            AsnReader value = new(extension.Value, AsnEncodingRules.DER);
            switch (extension.Oid)
            {
                case CrlNumberOid:
                    Number = value.ReadInteger();
                    break;
                case Oids.AuthorityKeyIdentifier:
                    AuthorityKeyIdentifier = CertificateInfo.ReadAuthorityKeyIdentifier(extension.Value);
                    break;
                case DeltaIndicatorOid:
                    IsDelta = true;
                    break;
                case DistributionPointOid:
                    IsPartial = value.ReadSequence().HasData;
                    break;
                default:
                    break; // Other extensions say where to find more, not what is revoked.
            }
        }
    }

    private AsnReader? Entries()
    {
        try
        {
            return _revoked.IsEmpty ? null : new AsnReader(_revoked, AsnEncodingRules.DER).ReadSequence();
        }
        catch (AsnContentException e)
        {
            throw RevocationErrors.Invalid(_source, "its entries cannot be read", e);
        }
    }

    private RevokedCertificate ReadEntry(AsnReader entries)
    {
        try
        {
            AsnReader entry = entries.ReadSequence();
            string serial = CertificateInfo.FormatSerialNumber(entry.ReadIntegerBytes().Span);
            DateTimeOffset revokedAt = CertificateInfo.ReadTime(entry);
            RevocationReason reason = RevocationReason.Unspecified;
            foreach (CertificateExtension extension in entry.HasData ? CertificateInfo.ReadExtensionList(entry.ReadSequence()) : [])
            {
                reason = extension.Oid == ReasonCodeOid ? new AsnReader(extension.Value, AsnEncodingRules.DER).ReadEnumeratedValue<RevocationReason>() : reason;
            }

            return new RevokedCertificate(serial, revokedAt, reason);
        }
        catch (Exception e) when (e is AsnContentException or ArgumentException)
        {
            throw RevocationErrors.Invalid(_source, "one of its entries cannot be read", e);
        }
    }
}
