namespace MeshSecrets.Certificates.Reading;

/// <summary>Tag and length at the start of a DER or BER element (X.690 §8.1).</summary>
/// <param name="Tag">The identifier octet.</param>
/// <param name="HeaderLength">The bytes of tag and length.</param>
/// <param name="ContentLength">The bytes that follow, or <see langword="null"/> for BER's indefinite length.</param>
internal readonly record struct DerHeader(byte Tag, int HeaderLength, long? ContentLength)
{
    /// <summary>The tag of a constructed value numbered 0, as a constant for patterns.</summary>
    internal const byte Context0 = 0xA0;

    /// <summary>The bytes of the whole element, if its length is definite.</summary>
    internal long? TotalLength => HeaderLength + ContentLength;

    /// <summary>Reads a header; the content may be missing.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> bytes, out DerHeader header)
    {
        header = default;
        if (bytes.Length < 2)
        {
            return false;
        }

        byte first = bytes[1];
        if (first <= 0x80)
        {
            header = new(bytes[0], 2, first == 0x80 ? null : first);
            return true;
        }

        int count = first & 0x7F;
        if (count > 4 || bytes.Length < 2 + count)
        {
            return false;
        }

        long length = 0;
        foreach (byte digit in bytes.Slice(2, count))
        {
            length = (length << 8) | digit;
        }

        header = new(bytes[0], 2 + count, length);
        return true;
    }
}
