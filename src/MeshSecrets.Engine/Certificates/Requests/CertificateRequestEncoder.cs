using MeshSecrets.Certificates.Der;
using MeshSecrets.Certificates.Keys;
using MeshSecrets.Certificates.Names;

namespace MeshSecrets.Certificates.Requests;

/// <summary>Writes and signs certificate requests (PKCS#10, RFC 2986).</summary>
public static class CertificateRequestEncoder
{
    private static readonly byte[] s_extensionRequestOid = Convert.FromHexString("06092A864886F70D01090E");
    private static readonly byte[] s_version1 = [0x02, 0x01, 0x00];

    /// <summary>Makes a request, signed by the key to be certified.</summary>
    /// <param name="subject">The subject; empty if the names say all.</param>
    /// <param name="names">The subject alternative names.</param>
    /// <param name="key">The key to be certified.</param>
    /// <returns>The DER of the request.</returns>
    public static byte[] Create(DistinguishedName subject, SubjectAlternativeNames names, PrivateKey key)
    {
        ReadOnlySpan<byte> algorithm = SignatureAlgorithm.Of(key);
        DerWriter writer = new(capacity: 2048);
        try
        {
            WriteAttributes(ref writer, names, critical: subject.IsEmpty);
            writer.Raw(key.SubjectPublicKeyInfo.Span);
            writer.Raw(subject.Encoded.Span);
            writer.Raw(s_version1);
            writer.Close(DerTag.Sequence, 0);
            return CertificateEncoder.AppendSignature(writer.Written, algorithm, key);
        }
        finally
        {
            writer.Dispose();
        }
    }

    private static void WriteAttributes(ref DerWriter writer, SubjectAlternativeNames names, bool critical)
    {
        if (!names.IsEmpty)
        {
            ExtensionEncoding.SubjectAltName(ref writer, names, critical);
            writer.Close(DerTag.Sequence, 0);
            writer.Close(DerTag.Set, 0);
            writer.Raw(s_extensionRequestOid);
            writer.Close(DerTag.Sequence, 0);
        }

        writer.Close(DerTag.ContextConstructed(0), 0);
    }
}
