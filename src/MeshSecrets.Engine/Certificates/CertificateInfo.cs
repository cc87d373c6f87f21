using System.Collections.Immutable;
using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using MeshSecrets.Certificates.Keys;
using MeshSecrets.Certificates.Names;
using MeshSecrets.Certificates.Profiles;

namespace MeshSecrets.Certificates;

/// <summary>A decoded X.509 certificate (RFC 5280).</summary>
/// <remarks>
/// Decoding costs about two microseconds where <c>X509Certificate2</c> costs a hundred, so it can be done for each of
/// a hundred thousand. It reads what is there and judges nothing: a serial number of 0 (Kuma's roots) is read as any other.
/// </remarks>
public sealed class CertificateInfo
{
    private readonly ImmutableArray<CertificateExtension> _extensions;
    private SubjectNames? _names;

    private CertificateInfo(ReadOnlyMemory<byte> encoded, AsnReader certificate)
    {
        Encoded = encoded;
        ToBeSigned = certificate.PeekEncodedValue();
        AsnReader body = certificate.ReadSequence();
        SignatureAlgorithm = certificate.ReadEncodedValue();
        Signature = certificate.TryReadPrimitiveBitString(out _, out ReadOnlyMemory<byte> bits)
            ? bits
            : throw new AsnContentException("The signature is no BIT STRING.");
        certificate.ThrowIfNotEmpty();

        Version = body.PeekTag() == s_version ? ReadVersion(body) : 1;
        SerialNumber = FormatSerialNumber(body.ReadIntegerBytes().Span);
        body.ReadEncodedValue();
        Issuer = new DistinguishedName(body.ReadEncodedValue().ToArray());
        AsnReader validity = body.ReadSequence();
        NotBefore = ReadTime(validity);
        NotAfter = ReadTime(validity);
        Subject = new DistinguishedName(body.ReadEncodedValue().ToArray());
        SubjectPublicKeyInfo = body.ReadEncodedValue();
        _extensions = ReadExtensions(body);
    }

    private static readonly Asn1Tag s_version = new(TagClass.ContextSpecific, 0, isConstructed: true);
    private static readonly Asn1Tag s_extensions = new(TagClass.ContextSpecific, 3, isConstructed: true);
    private static readonly Asn1Tag s_keyIdentifier = new(TagClass.ContextSpecific, 0);

    /// <summary>The whole certificate in DER.</summary>
    public ReadOnlyMemory<byte> Encoded { get; }

    /// <summary>1, 2 or 3.</summary>
    public int Version { get; }

    /// <summary>The serial number in uppercase hexadecimal digits without separators or leading zero octets.</summary>
    public string SerialNumber { get; }

    /// <summary>The issuer.</summary>
    public DistinguishedName Issuer { get; }

    /// <summary>The subject.</summary>
    public DistinguishedName Subject { get; }

    /// <summary>First moment of validity (UTC).</summary>
    public DateTimeOffset NotBefore { get; }

    /// <summary>Last moment of validity (UTC).</summary>
    public DateTimeOffset NotAfter { get; }

    /// <summary>The public key, in DER.</summary>
    public ReadOnlyMemory<byte> SubjectPublicKeyInfo { get; }

    /// <summary>SHA-256 of the DER, in 64 uppercase hexadecimal digits.</summary>
    public string Thumbprint => Convert.ToHexString(SHA256.HashData(Encoded.Span));

    /// <summary>The key's kind: <c>P256</c>, <c>Rsa2048</c>, <c>Ed25519</c>, …</summary>
    public string KeyAlgorithm => PublicKeyInfo.Describe(SubjectPublicKeyInfo);

    /// <summary>How it is signed: <c>ecdsa-with-SHA256</c>, <c>sha256WithRSAEncryption</c>, … or an OID.</summary>
    public string SignatureAlgorithmName => new AsnReader(SignatureAlgorithm, AsnEncodingRules.DER).ReadSequence().ReadObjectIdentifier() switch
    {
        Oids.EcdsaWithSha256 => "ecdsa-with-SHA256",
        Oids.EcdsaWithSha384 => "ecdsa-with-SHA384",
        Oids.EcdsaWithSha512 => "ecdsa-with-SHA512",
        Oids.Sha1WithRsa => "sha1WithRSAEncryption",
        Oids.Sha256WithRsa => "sha256WithRSAEncryption",
        Oids.Sha384WithRsa => "sha384WithRSAEncryption",
        Oids.Sha512WithRsa => "sha512WithRSAEncryption",
        Oids.RsaPss => "rsassaPss",
        Oids.Ed25519 => "Ed25519",
        string oid => oid,
    };

    /// <summary>All extensions, in their order.</summary>
    public ImmutableArray<CertificateExtension> Extensions => _extensions;

    /// <summary>The subject alternative names as they stand, unchecked.</summary>
    public SubjectNames Names => _names ??= SubjectNames.Read(FindExtension(Oids.SubjectAltName));

    /// <summary>Whether basicConstraints say CA.</summary>
    public bool IsCa => ReadBasicConstraints().IsCa;

    /// <summary>The path length constraint, or <see langword="null"/> for none.</summary>
    public int? PathLength => ReadBasicConstraints().PathLength;

    /// <summary>The key usages; <see langword="null"/> if the extension is absent, which allows all.</summary>
    /// <remarks>Read by BER, for some roots in every distribution's bundle have zero bits at the end, which DER forbids.</remarks>
    public KeyUsages? KeyUsages => FindExtension(Oids.KeyUsage) is { } value
        ? new AsnReader(value, AsnEncodingRules.BER).ReadNamedBitListValue<KeyUsages>()
        : null;

    /// <summary>The extended key usages as OIDs; empty if the extension is absent, which allows all.</summary>
    public ImmutableArray<string> ExtendedKeyUsages
    {
        get
        {
            if (FindExtension(Oids.ExtendedKeyUsage) is not { } value)
            {
                return [];
            }

            ImmutableArray<string>.Builder usages = ImmutableArray.CreateBuilder<string>();
            AsnReader reader = new AsnReader(value, AsnEncodingRules.DER).ReadSequence();
            while (reader.HasData)
            {
                usages.Add(reader.ReadObjectIdentifier());
            }

            return usages.DrainToImmutable();
        }
    }

    /// <summary>The subject key identifier; empty if absent.</summary>
    public ReadOnlyMemory<byte> SubjectKeyIdentifier => FindExtension(Oids.SubjectKeyIdentifier) is { } value
        ? new AsnReader(value, AsnEncodingRules.DER).ReadOctetString()
        : default(ReadOnlyMemory<byte>);

    /// <summary>The key identifier in authorityKeyIdentifier; empty if absent.</summary>
    public ReadOnlyMemory<byte> AuthorityKeyIdentifier => FindExtension(Oids.AuthorityKeyIdentifier) is { } value ? ReadAuthorityKeyIdentifier(value) : default;

    /// <summary>Whether subject and issuer are the same name: the mark of a root, though no proof that it signed itself.</summary>
    public bool IsSelfIssued => Subject.Equals(Issuer);

    internal ReadOnlyMemory<byte> ToBeSigned { get; }

    internal ReadOnlyMemory<byte> SignatureAlgorithm { get; }

    internal ReadOnlyMemory<byte> Signature { get; }

    /// <summary>An issuer whose key was proven to have signed it: a proof takes a hundred times as long as all else, and is asked for by several.</summary>
    internal CertificateInfo? ProvenIssuer { get; set; }

    /// <summary>Decodes a certificate, all of it: what is wrong anywhere in it is said here.</summary>
    /// <param name="der">The DER, without trailing bytes.</param>
    /// <param name="source">Where it comes from, for messages.</param>
    /// <returns>The certificate.</returns>
    /// <exception cref="MeshException"><c>CertificateInvalid</c>.</exception>
    public static CertificateInfo Parse(ReadOnlyMemory<byte> der, string source)
    {
        try
        {
            AsnReader outer = new(der, AsnEncodingRules.DER);
            AsnReader certificate = outer.ReadSequence();
            outer.ThrowIfNotEmpty();
            CertificateInfo info = new(der, certificate);
            info.DecodeAll();
            return info;
        }
        catch (Exception e) when (e is AsnContentException or OverflowException or ArgumentException)
        {
            throw CertificateErrors.CertificateInvalid(source, "its structure is not that of RFC 5280", e);
        }
    }

    /// <summary>A certificate that was encoded here a moment ago: it is decoded as far as somebody asks, and nothing is checked.</summary>
    internal static CertificateInfo OfOwn(byte[] der) => new(der, new AsnReader(der, AsnEncodingRules.DER).ReadSequence());

    /// <summary>What listing, filtering and planning need.</summary>
    /// <returns>The summary.</returns>
    public CertificateSummary ToSummary() => new()
    {
        Thumbprint = Thumbprint,
        Subject = Subject.ToString(),
        Issuer = Issuer.ToString(),
        SerialNumber = SerialNumber,
        NotBefore = NotBefore,
        NotAfter = NotAfter,
        KeyAlgorithm = KeyAlgorithm,
        IsCa = IsCa,
        DnsNames = Names.DnsNames,
        Uris = Names.Uris,
        IpAddresses = Names.IpAddresses,
        EmailAddresses = Names.EmailAddresses,
    };

    /// <summary>The value of an extension, or <see langword="null"/>.</summary>
    /// <param name="oid">Its object identifier.</param>
    /// <returns>The DER inside its OCTET STRING.</returns>
    public ReadOnlyMemory<byte>? FindExtension(string oid)
    {
        foreach (CertificateExtension extension in _extensions)
        {
            if (extension.Oid == oid)
            {
                return extension.Value;
            }
        }

        return null;
    }

    /// <summary>Subject and thumbprint.</summary>
    /// <returns>For example <c>CN=web (1F3A…)</c>.</returns>
    public override string ToString() => $"{(Subject.IsEmpty ? Names.ToString() : Subject.ToString())} ({Thumbprint[..16]})";

    internal static ReadOnlyMemory<byte> ReadAuthorityKeyIdentifier(ReadOnlyMemory<byte> value)
    {
        AsnReader reader = new AsnReader(value, AsnEncodingRules.DER).ReadSequence();
        return reader.HasData && reader.PeekTag() == s_keyIdentifier ? reader.ReadOctetString(s_keyIdentifier) : default(ReadOnlyMemory<byte>);
    }

    internal static ImmutableArray<CertificateExtension> ReadExtensionList(AsnReader list)
    {
        ImmutableArray<CertificateExtension>.Builder extensions = ImmutableArray.CreateBuilder<CertificateExtension>();
        while (list.HasData)
        {
            AsnReader extension = list.ReadSequence();
            string oid = extension.ReadObjectIdentifier();
            bool critical = extension.PeekTag() == Asn1Tag.Boolean && extension.ReadBoolean();
            if (!extension.TryReadPrimitiveOctetString(out ReadOnlyMemory<byte> value))
            {
                throw new AsnContentException("An extension's value is no OCTET STRING.");
            }

            extensions.Add(new CertificateExtension(oid, critical, value));
        }

        return extensions.DrainToImmutable();
    }

    private static ImmutableArray<CertificateExtension> ReadExtensions(AsnReader body)
    {
        while (body.HasData)
        {
            if (body.PeekTag() == s_extensions)
            {
                return ReadExtensionList(body.ReadSequence(s_extensions).ReadSequence());
            }

            body.ReadEncodedValue(); // issuerUniqueID, subjectUniqueID: forbidden since RFC 3280, still met.
        }

        return [];
    }

    private static int ReadVersion(AsnReader body)
    {
        BigInteger version = body.ReadSequence(s_version).ReadInteger();
        return version >= 0 && version <= 2 ? (int)version + 1 : throw new AsnContentException("The version is unknown.");
    }

    internal static DateTimeOffset ReadTime(AsnReader validity) =>
        validity.PeekTag().HasSameClassAndValue(Asn1Tag.GeneralizedTime)
            ? validity.ReadGeneralizedTime()
            : validity.ReadUtcTime(twoDigitYearMax: 2049);

    internal static string FormatSerialNumber(ReadOnlySpan<byte> bytes) =>
        Convert.ToHexString(bytes.Length > 1 && bytes[0] == 0 ? bytes[1..] : bytes);

    private (bool IsCa, int? PathLength) ReadBasicConstraints()
    {
        if (FindExtension(Oids.BasicConstraints) is not { } value)
        {
            return (false, null);
        }

        AsnReader reader = new AsnReader(value, AsnEncodingRules.BER).ReadSequence();
        bool isCa = reader.HasData && reader.PeekTag() == Asn1Tag.Boolean && reader.ReadBoolean();
        int? pathLength = reader.HasData ? (int)BigInteger.Min(reader.ReadInteger(), int.MaxValue) : null;
        return (isCa, pathLength);
    }

    private void DecodeAll()
    {
        _ = Names;
        _ = ReadBasicConstraints();
        _ = KeyUsages;
        _ = ExtendedKeyUsages;
        _ = SubjectKeyIdentifier;
        _ = AuthorityKeyIdentifier;
        _ = KeyAlgorithm;
        _ = Subject.ToString();
        _ = Issuer.ToString();
        _ = SignatureAlgorithmName;
    }
}
