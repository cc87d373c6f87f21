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
        if (!TryOpen(der, DerHeader.Sequence, out ReadOnlySpan<byte> content))
        {
            return null;
        }

        Span<Range> ranges = stackalloc Range[MaxElements];
        ReadOnlySpan<byte> tags = Tags(content, ranges, stackalloc byte[MaxElements]);
        return tags switch
        {
            [DerHeader.ObjectIdentifier, DerHeader.Context0, ..] => MaterialKind.Pkcs7,
            [DerHeader.Integer, DerHeader.Sequence, DerHeader.OctetString, ..] => MaterialKind.PrivateKey,
            [DerHeader.Integer, DerHeader.Sequence, ..] when content[ranges[0]] is [DerHeader.Integer, 1, 3] => MaterialKind.Pkcs12,
            [DerHeader.Integer, DerHeader.OctetString, ..] => MaterialKind.EcPrivateKey,
            [DerHeader.Integer, DerHeader.Integer, DerHeader.Integer, ..] => MaterialKind.RsaPrivateKey,
            [DerHeader.Sequence, DerHeader.OctetString] => MaterialKind.EncryptedPrivateKey,
            [DerHeader.Sequence, DerHeader.BitString] => MaterialKind.PublicKey,
            [DerHeader.Sequence] or [DerHeader.Sequence, DerHeader.Sequence, ..] => IdentifySigned(content[ranges[0]]),
            _ => null,
        };
    }

    /// <summary>Certificates, requests and revocation lists are all signed structures; their first part tells them apart.</summary>
    private static MaterialKind? IdentifySigned(ReadOnlySpan<byte> signed)
    {
        if (!TryOpen(signed, DerHeader.Sequence, out ReadOnlySpan<byte> content))
        {
            return null;
        }

        Span<Range> ranges = stackalloc Range[MaxElements];
        return Tags(content, ranges, stackalloc byte[MaxElements]) switch
        {
            [DerHeader.Context0, ..] => MaterialKind.Certificate,
            [DerHeader.Integer, DerHeader.Sequence, DerHeader.Sequence, DerHeader.Sequence] => MaterialKind.Certificate,
            [DerHeader.Integer, DerHeader.Sequence, DerHeader.Sequence, DerHeader.Context0] => MaterialKind.CertificateRequest,
            [DerHeader.Integer, DerHeader.Sequence, DerHeader.Sequence] => MaterialKind.CertificateRequest,
            [DerHeader.Integer, DerHeader.Sequence, DerHeader.Sequence, DerHeader.UtcTime or DerHeader.GeneralizedTime] => MaterialKind.Crl,
            [DerHeader.Sequence, DerHeader.Sequence, DerHeader.UtcTime or DerHeader.GeneralizedTime, ..] => MaterialKind.Crl,
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
