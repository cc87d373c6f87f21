using System.Security.Cryptography;
using MeshSecrets.Certificates.Keys;
using MeshSecrets.Certificates.Names;

namespace MeshSecrets.Certificates.Der;

/// <summary>What goes into a certificate, decided; the encoder only writes it down.</summary>
internal readonly ref struct CertificateContent
{
    internal required DistinguishedName Issuer { get; init; }

    internal required DistinguishedName Subject { get; init; }

    internal required DateTimeOffset NotBefore { get; init; }

    internal required DateTimeOffset NotAfter { get; init; }

    internal required ReadOnlyMemory<byte> SubjectPublicKeyInfo { get; init; }

    internal required SubjectAlternativeNames Names { get; init; }

    /// <summary>basicConstraints, keyUsage and extKeyUsage, encoded.</summary>
    internal required ReadOnlySpan<byte> FixedExtensions { get; init; }

    /// <summary>The issuer's key identifier; empty for a self-signed certificate, which takes its own.</summary>
    internal required ReadOnlySpan<byte> IssuerKeyIdentifier { get; init; }
}

/// <summary>Writes and signs certificates (RFC 5280 §4.1).</summary>
internal static class CertificateEncoder
{
    private const int SerialNumberSize = 16;

    private static readonly byte[] s_version3 = [0xA0, 0x03, 0x02, 0x01, 0x02];

    /// <summary>Encodes and signs, with a random serial number of 128 bits.</summary>
    /// <returns>The DER of the certificate.</returns>
    internal static byte[] Sign(in CertificateContent content, PrivateKey issuerKey)
    {
        ReadOnlySpan<byte> algorithm = SignatureAlgorithm.Of(issuerKey);
        DerWriter writer = new(capacity: 2048);
        try
        {
            WriteToBeSigned(ref writer, content, algorithm);
            return AppendSignature(writer.Written, algorithm, issuerKey);
        }
        finally
        {
            writer.Dispose();
        }
    }

    /// <summary>The SIGNED structure of X.509: what is signed, how, and the signature.</summary>
    internal static byte[] AppendSignature(ReadOnlySpan<byte> toBeSigned, ReadOnlySpan<byte> algorithm, PrivateKey key)
    {
        Span<byte> signature = stackalloc byte[PrivateKey.MaxSignatureSize];
        int signatureSize = key.Sign(toBeSigned, signature);
        DerWriter writer = new(toBeSigned.Length + algorithm.Length + signatureSize + 16);
        try
        {
            writer.Raw(signature[..signatureSize]);
            writer.CloseBitString(0);
            writer.Raw(algorithm);
            writer.Raw(toBeSigned);
            writer.Close(DerTag.Sequence, 0);
            return writer.Written.ToArray();
        }
        finally
        {
            writer.Dispose();
        }
    }

    private static void WriteToBeSigned(ref DerWriter writer, in CertificateContent content, ReadOnlySpan<byte> algorithm)
    {
        Span<byte> keyIdentifier = stackalloc byte[ExtensionEncoding.KeyIdentifierSize];
        ExtensionEncoding.KeyIdentifier(content.SubjectPublicKeyInfo, keyIdentifier);

        ExtensionEncoding.SubjectAltName(ref writer, content.Names, critical: content.Subject.IsEmpty);
        ExtensionEncoding.AuthorityKeyIdentifier(ref writer, content.IssuerKeyIdentifier.IsEmpty ? keyIdentifier : content.IssuerKeyIdentifier);
        ExtensionEncoding.SubjectKeyIdentifier(ref writer, keyIdentifier);
        writer.Raw(content.FixedExtensions);
        writer.Close(DerTag.Sequence, 0);
        writer.Close(DerTag.ContextConstructed(3), 0);

        writer.Raw(content.SubjectPublicKeyInfo.Span);
        writer.Raw(content.Subject.Encoded.Span);
        int mark = writer.Mark;
        writer.Time(content.NotAfter);
        writer.Time(content.NotBefore);
        writer.Close(DerTag.Sequence, mark);
        writer.Raw(content.Issuer.Encoded.Span);
        writer.Raw(algorithm);
        writer.UnsignedInteger(RandomNumberGenerator.GetBytes(SerialNumberSize));
        writer.Raw(s_version3);
        writer.Close(DerTag.Sequence, 0);
    }
}
