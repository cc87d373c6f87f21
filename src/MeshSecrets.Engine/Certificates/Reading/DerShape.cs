using MeshSecrets.Certificates.Der;

namespace MeshSecrets.Certificates.Reading;

/// <summary>
/// Tells what an encoding is by the tags of its first elements. It looks no deeper than it must and bears truncated
/// input, so that broken material can be named too.
/// </summary>
internal static class DerShape
{
    private const int MaxElements = 4;

    /// <summary>The kind, or <see langword="null"/> if it is of none.</summary>
    internal static MaterialKind? Identify(ReadOnlySpan<byte> der)
    {
        if (!TryOpen(der, DerTag.Sequence, out ReadOnlySpan<byte> content))
        {
            return null;
        }

        Span<Range> ranges = stackalloc Range[MaxElements];
        ReadOnlySpan<byte> tags = Tags(content, ranges, stackalloc byte[MaxElements]);
        return tags switch
        {
            [DerTag.Oid, DerHeader.Context0, ..] => MaterialKind.Pkcs7,
            [DerTag.Integer, DerTag.Sequence, DerTag.OctetString, ..] => MaterialKind.PrivateKey,
            [DerTag.Integer, DerTag.Sequence, ..] when content[ranges[0]] is [DerTag.Integer, 1, 3] => MaterialKind.Pkcs12,
            [DerTag.Integer, DerTag.OctetString, ..] => MaterialKind.EcPrivateKey,
            [DerTag.Integer, DerTag.Integer, DerTag.Integer, ..] => MaterialKind.RsaPrivateKey,
            [DerTag.Sequence, DerTag.OctetString] => MaterialKind.EncryptedPrivateKey,
            [DerTag.Sequence, DerTag.BitString] => MaterialKind.PublicKey,
            [DerTag.Sequence] or [DerTag.Sequence, DerTag.Sequence, ..] => IdentifySigned(content[ranges[0]]),
            _ => null,
        };
    }

    /// <summary>Certificates, requests and revocation lists are all signed structures; their first part tells them apart.</summary>
    private static MaterialKind? IdentifySigned(ReadOnlySpan<byte> signed)
    {
        if (!TryOpen(signed, DerTag.Sequence, out ReadOnlySpan<byte> content))
        {
            return null;
        }

        Span<Range> ranges = stackalloc Range[MaxElements];
        return Tags(content, ranges, stackalloc byte[MaxElements]) switch
        {
            [DerHeader.Context0, ..] => MaterialKind.Certificate,
            [DerTag.Integer, DerTag.Sequence, DerTag.Sequence, DerTag.Sequence] => MaterialKind.Certificate,
            [DerTag.Integer, DerTag.Sequence, DerTag.Sequence, DerHeader.Context0] => MaterialKind.CertificateRequest,
            [DerTag.Integer, DerTag.Sequence, DerTag.Sequence] => MaterialKind.CertificateRequest,
            [DerTag.Integer, DerTag.Sequence, DerTag.Sequence, DerTag.UtcTime or DerTag.GeneralizedTime] => MaterialKind.Crl,
            [DerTag.Sequence, DerTag.Sequence, DerTag.UtcTime or DerTag.GeneralizedTime, ..] => MaterialKind.Crl,
            _ => null,
        };
    }

    private static bool TryOpen(ReadOnlySpan<byte> der, byte tag, out ReadOnlySpan<byte> content)
    {
        content = default;
        if (!DerHeader.TryRead(der, out DerHeader header) || header.Tag != tag)
        {
            return false;
        }

        content = der[header.HeaderLength..];
        if (header.ContentLength is { } length && length < content.Length)
        {
            content = content[..(int)length];
        }

        return true;
    }

    private static ReadOnlySpan<byte> Tags(ReadOnlySpan<byte> content, Span<Range> ranges, Span<byte> tags)
    {
        int count = 0;
        int offset = 0;
        while (count < MaxElements && DerHeader.TryRead(content[offset..], out DerHeader header))
        {
            int end = (int)Math.Min(content.Length, offset + (header.TotalLength ?? content.Length));
            tags[count] = header.Tag;
            ranges[count++] = offset..end;
            offset = end;
        }

        return tags[..count];
    }
}
