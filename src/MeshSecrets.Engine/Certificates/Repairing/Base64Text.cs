using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using MeshSecrets.Certificates.Reading;

namespace MeshSecrets.Certificates.Repairing;

/// <summary>A text that should be base64, with all that is in it counted by kind.</summary>
internal sealed class Base64Text
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    private static readonly SearchValues<byte> s_alphabet = SearchValues.Create(Encoding.ASCII.GetBytes(Alphabet));

    private Base64Text(byte[] characters) => _buffer = characters;

    private readonly byte[] _buffer;

    private int _count;

    /// <summary>The characters of the alphabet, in their order; base64url's two stand for theirs if <see cref="IsUrl"/>.</summary>
    internal ReadOnlySpan<byte> Characters => _buffer.AsSpan(0, _count);

    /// <summary>How many '=' there are.</summary>
    internal int Padding { get; private set; }

    /// <summary>Whether characters follow on a '='.</summary>
    internal bool IsPaddingInside { get; private set; }

    /// <summary>Spaces, tabs and invisible characters; line breaks are not counted.</summary>
    internal int Blanks { get; private set; }

    /// <summary>Characters that have no place in base64.</summary>
    internal int Foreign { get; private set; }

    /// <summary>Where in <see cref="Characters"/> the first of them stood.</summary>
    internal int ForeignAt { get; private set; } = -1;

    /// <summary>Whether it is in the alphabet of base64url (RFC 4648 §5).</summary>
    internal bool IsUrl { get; private set; }

    /// <summary>Whether anything but characters, line breaks and '=' at the end is in it.</summary>
    internal bool IsClean => Blanks == 0 && Foreign == 0 && !IsPaddingInside && !IsUrl;

    internal static Base64Text Read(ReadOnlySpan<byte> text, Scratch scratch)
    {
        bool url = text.IndexOfAny((byte)'-', (byte)'_') >= 0 && text.IndexOfAny((byte)'+', (byte)'/') < 0;
        Base64Text result = new(scratch.New(text.Length)) { IsUrl = url };
        while (!text.IsEmpty)
        {
            int run = text.IndexOfAnyExcept(s_alphabet);
            run = run < 0 ? text.Length : run;
            result.Add(text[..run]);
            text = text[run..];
            if (!text.IsEmpty)
            {
                text = text[result.AddOther(text)..];
            }
        }

        return result;
    }

    /// <summary>Decodes the base64 at the start of a text, as far as it goes.</summary>
    internal static byte[] DecodePrefix(ReadOnlySpan<byte> text, Scratch scratch)
    {
        Base64Text read = Read(text, scratch);
        byte[] decoded = scratch.New(read._count / 4 * 3);
        Base64.DecodeFromUtf8(read.Characters[..(read._count / 4 * 4)], decoded, out _, out _);
        return decoded;
    }

    /// <summary>How many characters the DER that begins here takes, by its own length field; <see langword="null"/> if there is none.</summary>
    internal static int? ExpectedLength(ReadOnlySpan<byte> characters)
    {
        Span<byte> head = stackalloc byte[6];
        Base64.DecodeFromUtf8(characters[..Math.Min(8, characters.Length / 4 * 4)], head, out _, out int written);
        return DerHeader.TryRead(head[..written], out DerHeader header) && header.Tag == Der.DerTag.Sequence && header.TotalLength is { } total and < 1 << 28
            ? (int)(((total * 4) + 2) / 3)
            : null;
    }

    /// <summary>The size of what so many characters encode; -1 if no bytes are encoded in so many.</summary>
    internal static int DecodedLength(int characters) => characters % 4 == 1 ? -1 : characters * 3 / 4;

    /// <summary>Decodes characters without padding.</summary>
    /// <returns>Whether the bits behind the last byte are zero, as each encoder writes them.</returns>
    internal static bool Decode(ReadOnlySpan<byte> characters, Span<byte> destination)
    {
        if (characters.Length % 4 == 1)
        {
            return false;
        }

        int whole = characters.Length / 4 * 4;
        Base64.DecodeFromUtf8(characters[..whole], destination, out _, out int written);
        ReadOnlySpan<byte> rest = characters[whole..];
        if (rest.IsEmpty)
        {
            return true;
        }

        int bits = 0;
        foreach (byte c in rest)
        {
            bits = (bits << 6) | Alphabet.IndexOf((char)c, StringComparison.Ordinal);
        }

        int spare = rest.Length == 2 ? 4 : 2;
        bool isExact = (bits & ((1 << spare) - 1)) == 0;
        bits >>= spare;
        for (int i = rest.Length - 2; i >= 0; i--)
        {
            destination[written + i] = (byte)bits;
            bits >>= 8;
        }

        return isExact;
    }

    /// <summary>The characters with their padding.</summary>
    internal static byte[] Pad(ReadOnlySpan<byte> characters, Scratch scratch)
    {
        byte[] padded = scratch.New((characters.Length + 3) / 4 * 4);
        padded.AsSpan().Fill((byte)'=');
        characters.CopyTo(padded);
        return padded;
    }

    /// <summary>The text without spaces and invisible characters; line breaks stay.</summary>
    internal static byte[] WithoutBlanks(ReadOnlySpan<byte> text, Scratch scratch)
    {
        byte[] plain = scratch.New(text.Length);
        int count = 0;
        while (!text.IsEmpty)
        {
            Rune.DecodeFromUtf8(text, out Rune rune, out int length);
            if (text[0] is (byte)'\n' or (byte)'\r' || !IsBlank(rune))
            {
                text[..length].CopyTo(plain.AsSpan(count));
                count += length;
            }

            text = text[length..];
        }

        return scratch.Keep(plain[..count]);
    }

    private static bool IsBlank(Rune rune) =>
        Rune.IsWhiteSpace(rune) || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format or UnicodeCategory.Control;

    private void Add(ReadOnlySpan<byte> run)
    {
        IsPaddingInside |= Padding > 0 && !run.IsEmpty;
        run.CopyTo(_buffer.AsSpan(_count));
        _count += run.Length;
    }

    private int AddOther(ReadOnlySpan<byte> text)
    {
        switch (text[0])
        {
            case (byte)'\n' or (byte)'\r':
                return 1;
            case (byte)'=':
                Padding++;
                return 1;
            case (byte)'-' or (byte)'_' when IsUrl:
                Add(text[0] == '-' ? "+"u8 : "/"u8);
                return 1;
        }

        Rune.DecodeFromUtf8(text, out Rune rune, out int length);
        if (IsBlank(rune))
        {
            Blanks++;
        }
        else
        {
            ForeignAt = Foreign++ == 0 ? _count : ForeignAt;
        }

        return length;
    }
}
