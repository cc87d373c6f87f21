using System.Buffers;
using MeshSecrets.Certificates.Reading;

namespace MeshSecrets.Certificates.Repairing;

/// <summary>Turns BER with indefinite lengths into DER (X.690 §8.1.3.6, §10.1).</summary>
internal static class BerMends
{
    private const int MaxDepth = 32;

    private const byte Constructed = 0x20;

    /// <summary>
    /// Rewrites the lengths; the values stay. Strings in several parts are not joined: none were seen in the field where
    /// this is applied. Whether the result is the original its signature must say.
    /// </summary>
    internal static byte[]? ToDer(ContentRepair repair)
    {
        if (BinaryForm.IsText(repair.Content.Span))
        {
            return null;
        }

        ReadOnlySpan<byte> rest = repair.Content.Span;
        byte[]? der = Element(ref rest, repair.Scratch, MaxDepth);
        return der is not null && rest.IsEmpty && DerTree.IsWhole(der) && DerShape.Identify(der) is { } kind && repair.Choose(0, [new(kind, der)]) ? der : null;
    }

    private static byte[]? Element(ref ReadOnlySpan<byte> rest, Scratch scratch, int depth)
    {
        if (depth == 0 || !DerHeader.TryRead(rest, out DerHeader header) || header.TotalLength > rest.Length)
        {
            return null;
        }

        bool isIndefinite = header.ContentLength is null;
        ReadOnlySpan<byte> content = isIndefinite ? rest[header.HeaderLength..] : rest[header.HeaderLength..(int)header.TotalLength!];
        if ((header.Tag & Constructed) == 0)
        {
            rest = rest[(int)(header.TotalLength ?? rest.Length)..];
            return isIndefinite ? null : Write(header.Tag, content, scratch);
        }

        ArrayBufferWriter<byte> inner = new();
        while (!content.IsEmpty && !(isIndefinite && content is [0, 0, ..]))
        {
            if (Element(ref content, scratch, depth - 1) is not { } child)
            {
                return null;
            }

            inner.Write(child);
        }

        if (isIndefinite && content is not [0, 0, ..])
        {
            return null;
        }

        rest = isIndefinite ? content[2..] : rest[(int)header.TotalLength!..];
        byte[] element = Write(header.Tag, inner.WrittenSpan, scratch);
        inner.Clear();
        return element;
    }

    private static byte[] Write(byte tag, ReadOnlySpan<byte> content, Scratch scratch)
    {
        Span<byte> length = stackalloc byte[5];
        int digits = 0;
        for (int rest = content.Length; rest > 0; rest >>= 8)
        {
            digits++;
        }

        int head = content.Length < 0x80 ? 1 : 1 + digits;
        length[0] = (byte)(head == 1 ? content.Length : 0x80 | digits);
        for (int i = 1; i < head; i++)
        {
            length[i] = (byte)(content.Length >> (8 * (head - 1 - i)));
        }

        byte[] element = scratch.New(1 + head + content.Length);
        element[0] = tag;
        length[..head].CopyTo(element.AsSpan(1));
        content.CopyTo(element.AsSpan(1 + head));
        return element;
    }
}
