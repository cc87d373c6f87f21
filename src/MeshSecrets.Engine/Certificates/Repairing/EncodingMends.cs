using System.Text;

namespace MeshSecrets.Certificates.Repairing;

/// <summary>Mends of the text's encoding as a whole.</summary>
internal static class EncodingMends
{
    private static ReadOnlySpan<byte> Utf8Mark => [0xEF, 0xBB, 0xBF];

    internal static byte[]? TakeMarkAway(ContentRepair repair)
    {
        ReadOnlySpan<byte> text = repair.Content.Span;
        while (text.StartsWith(Utf8Mark))
        {
            text = text[Utf8Mark.Length..];
        }

        return repair.Scratch.Keep(text.ToArray());
    }

    /// <summary>By the mark, else by where the zero bytes stand.</summary>
    internal static byte[]? ToUtf8(ContentRepair repair)
    {
        ReadOnlySpan<byte> text = repair.Content.Span;
        Encoding encoding = text switch
        {
            [0xFF, 0xFE, 0, 0, ..] => Encoding.UTF32,
            [0, 0, 0xFE, 0xFF, ..] or [0, 0, 0, _, ..] => new UTF32Encoding(bigEndian: true, byteOrderMark: true),
            [0xFF, 0xFE, ..] => Encoding.Unicode,
            [0xFE, 0xFF, ..] or [0, ..] => Encoding.BigEndianUnicode,
            [_, 0, 0, 0, ..] => Encoding.UTF32,
            _ => Encoding.Unicode,
        };
        char[] characters = new char[encoding.GetMaxCharCount(text.Length)];
        try
        {
            ReadOnlySpan<char> decoded = characters.AsSpan(0, encoding.GetChars(text, characters)).TrimStart('\uFEFF');
            byte[] utf8 = repair.Scratch.New(Encoding.UTF8.GetByteCount(decoded));
            Encoding.UTF8.GetBytes(decoded, utf8);
            return utf8;
        }
        finally
        {
            Array.Clear(characters);
        }
    }

    /// <summary>Undoes the escapes of JSON and of shells, also where they were applied twice.</summary>
    internal static byte[]? Unescape(ContentRepair repair)
    {
        ReadOnlySpan<byte> text = repair.Content.Span;
        byte[] plain = repair.Scratch.New(text.Length);
        int count = 0;
        while (!text.IsEmpty)
        {
            int slashes = text.IndexOfAnyExcept((byte)'\\');
            if (slashes == 0)
            {
                plain[count++] = text[0];
                text = text[1..];
                continue;
            }

            text = slashes < 0 ? default : text[slashes..];
            count += Unescape(ref text, plain.AsSpan(count));
        }

        return repair.Scratch.Keep(plain[..count]);
    }

    /// <summary>What stands behind the backslashes.</summary>
    private static int Unescape(ref ReadOnlySpan<byte> text, Span<byte> plain)
    {
        if (text.IsEmpty || text[0] is (byte)'\n' or (byte)'\r')
        {
            return 0; // A shell's mark that the line goes on.
        }

        byte c = text[0];
        if (c == 'u' && text.Length > 4 && ushort.TryParse(text[1..5], System.Globalization.NumberStyles.AllowHexSpecifier, null, out ushort code) && code < 0x80)
        {
            plain[0] = (byte)code;
            text = text[5..];
            return 1;
        }

        plain[0] = c switch
        {
            (byte)'n' or (byte)'r' => (byte)'\n',
            (byte)'t' => (byte)' ',
            _ => c,
        };
        text = text[1..];
        return 1;
    }
}
