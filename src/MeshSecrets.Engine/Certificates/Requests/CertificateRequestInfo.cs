using System.Collections.Immutable;
using System.Formats.Asn1;
using MeshSecrets.Certificates.Keys;
using MeshSecrets.Certificates.Names;
using MeshSecrets.Certificates.Verification;

namespace MeshSecrets.Certificates.Requests;

/// <summary>A decoded certificate request (PKCS#10, RFC 2986).</summary>
public sealed class CertificateRequestInfo
{
    private static readonly Asn1Tag s_attributes = new(TagClass.ContextSpecific, 0, isConstructed: true);

    private readonly string _source;
    private readonly ReadOnlyMemory<byte> _toBeSigned;
    private readonly ReadOnlyMemory<byte> _signatureAlgorithm;
    private readonly ReadOnlyMemory<byte> _signature;

    private CertificateRequestInfo(ReadOnlyMemory<byte> encoded, AsnReader request, string source)
    {
        Encoded = encoded;
        _source = source;
        _toBeSigned = request.PeekEncodedValue();
        AsnReader body = request.ReadSequence();
        _signatureAlgorithm = request.ReadEncodedValue();
        _signature = request.TryReadPrimitiveBitString(out _, out ReadOnlyMemory<byte> bits)
            ? bits
            : throw new AsnContentException("The signature is no BIT STRING.");
        request.ThrowIfNotEmpty();

        if (body.ReadInteger() != 0)
        {
            throw new AsnContentException("The version is unknown.");
        }

        Subject = new DistinguishedName(body.ReadEncodedValue().ToArray());
        SubjectPublicKeyInfo = body.ReadEncodedValue();
        Extensions = ReadExtensions(body);
        Names = SubjectNames.Read(Extensions.FirstOrDefault(extension => extension.Oid == Oids.SubjectAltName)?.Value);
        _ = Subject.ToString();
        KeyAlgorithm = PublicKeyInfo.Describe(SubjectPublicKeyInfo);
    }

    /// <summary>The whole request in DER.</summary>
    public ReadOnlyMemory<byte> Encoded { get; }

    /// <summary>The subject asked for.</summary>
    public DistinguishedName Subject { get; }

    /// <summary>The public key to be certified, in DER.</summary>
    public ReadOnlyMemory<byte> SubjectPublicKeyInfo { get; }

    /// <summary>The key's kind: <c>P256</c>, <c>Rsa2048</c>, …</summary>
    public string KeyAlgorithm { get; }

    /// <summary>The subject alternative names asked for, unchecked.</summary>
    public SubjectNames Names { get; }

    /// <summary>All extensions asked for; an issuer decides by its profile, not by these.</summary>
    public ImmutableArray<CertificateExtension> Extensions { get; }

    /// <summary>Decodes a request.</summary>
    /// <param name="der">The DER, without trailing bytes.</param>
    /// <param name="source">Where it comes from, for messages.</param>
    /// <returns>The request, whose signature is not yet verified: see <see cref="EnsureProven"/>.</returns>
    /// <exception cref="MeshException"><c>CertificateRequestInvalid</c>.</exception>
    public static CertificateRequestInfo Parse(ReadOnlyMemory<byte> der, string source)
    {
        try
        {
            AsnReader outer = new(der, AsnEncodingRules.DER);
            AsnReader request = outer.ReadSequence();
            outer.ThrowIfNotEmpty();
            return new CertificateRequestInfo(der, request, source);
        }
        catch (Exception e) when (e is AsnContentException or OverflowException or ArgumentException)
        {
            throw CertificateErrors.RequestInvalid(source, "its structure is not that of RFC 2986", e);
        }
    }

    /// <summary>Verifies the proof of possession: the request is signed by the key that it names.</summary>
    /// <exception cref="MeshException"><c>CertificateRequestNotProven</c>, or <c>SignatureAlgorithmUnsupported</c>.</exception>
    public void EnsureProven()
    {
        if (!SignatureVerifier.Verify(SubjectPublicKeyInfo, _toBeSigned.Span, _signatureAlgorithm, _signature.Span, _source))
        {
            throw CertificateErrors.RequestNotProven(_source);
        }
    }

    private static ImmutableArray<CertificateExtension> ReadExtensions(AsnReader body)
    {
        if (!body.HasData)
        {
            return []; // Some software leaves out the attributes altogether.
        }

        AsnReader attributes = body.ReadSetOf(skipSortOrderValidation: true, s_attributes);
        while (attributes.HasData)
        {
            AsnReader attribute = attributes.ReadSequence();
            if (attribute.ReadObjectIdentifier() == Oids.ExtensionRequest)
            {
                return CertificateInfo.ReadExtensionList(attribute.ReadSetOf(skipSortOrderValidation: true).ReadSequence());
            }
        }

        return [];
    }
}
