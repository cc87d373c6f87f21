using System.Buffers;
using System.Globalization;
using System.Text;

namespace MeshSecrets.Meshes.Manifests;

/// <summary>
/// Strings in YAML: without quotation marks where nobody could take them for anything else, as a block where they have
/// lines, in double quotation marks in all other cases.
/// </summary>
internal static class YamlString
{
    private const string Alphanumeric = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

    /// <summary>The asterisk is not among them: YamlDotNet trips over it after a blank in a name.</summary>
    private static readonly SearchValues<char> s_plain = SearchValues.Create(Alphanumeric + "-_./:+=@,()$ ");

    private static readonly SearchValues<char> s_unescaped =
        SearchValues.Create([.. Enumerable.Range(' ', '~' - ' ' + 1).Select(code => (char)code).Where(c => c is not ('"' or '\\'))]);

    /// <summary>Writes a string on one line.</summary>
    /// <exception cref="MeshException"><c>ManifestTextInvalid</c>.</exception>
    internal static void WriteLine(string text, IBufferWriter<byte> destination)
    {
        if (IsPlain(text))
        {
            Encoding.UTF8.GetBytes(text, destination);
            return;
        }

        ScalarText.EnsureUnicode(text);
        destination.Write("\""u8);
        ReadOnlySpan<char> rest = text;
        while (!rest.IsEmpty)
        {
            int run = rest.IndexOfAnyExcept(s_unescaped);
            run = run < 0 ? rest.Length : run;
            Encoding.UTF8.GetBytes(rest[..run], destination);
            rest = rest[run..];
            if (!rest.IsEmpty)
            {
                rest = rest[WriteSpecial(rest, destination)..];
            }
        }

        destination.Write("\""u8);
    }

    /// <summary>Whether a string is best written as a block: it has several lines, and nothing that needs an escape.</summary>
    internal static bool IsBlock(string text) =>
        text.Contains('\n', StringComparison.Ordinal)
        && text[^1] is not (' ' or '\t')
        && !BeginsBlank(text)
        && !HasUnprintable(text);

    /// <summary>Writes a string as a literal block (<c>|</c>) that keeps each blank and line feed.</summary>
    /// <param name="text">The string; <see cref="IsBlock"/> allows it.</param>
    /// <param name="destination">Where the UTF-8 goes.</param>
    /// <param name="indent">Where its lines begin.</param>
    /// <param name="step">How much deeper that is than what the block belongs to.</param>
    internal static void WriteBlock(string text, IBufferWriter<byte> destination, int indent, int step)
    {
        destination.Write("|"u8);

        // A parser takes the indentation from the first line, which may have blanks of its own.
        if (text[0] is ' ' or '\t' or '\n')
        {
            destination.Write([(byte)('0' + step)]);
        }

        destination.Write(!text.EndsWith('\n') ? "-\n"u8 : text.EndsWith("\n\n", StringComparison.Ordinal) ? "+\n"u8 : "\n"u8);
        ReadOnlySpan<char> rest = text.EndsWith('\n') ? text.AsSpan(0, text.Length - 1) : text;
        foreach (Range line in rest.Split('\n'))
        {
            if (!rest[line].IsEmpty)
            {
                destination.GetSpan(indent)[..indent].Fill((byte)' ');
                destination.Advance(indent);
                Encoding.UTF8.GetBytes(rest[line], destination);
            }

            destination.Write("\n"u8);
        }
    }

    /// <summary>Parsers refuse a block whose first lines are of blanks only, for they might say how deep it stands.</summary>
    private static bool BeginsBlank(string text)
    {
        ReadOnlySpan<char> begin = text.AsSpan(0, text.Length - text.AsSpan().TrimStart(" \t\n").Length);
        return begin.Length == text.Length || begin.Contains(" \n", StringComparison.Ordinal) || begin.Contains("\t\n", StringComparison.Ordinal);
    }

    /// <summary>A letter first, then nothing that YAML 1.1 or 1.2 gives a meaning.</summary>
    private static bool IsPlain(string text) =>
        text.Length > 0
        && (char.IsAsciiLetter(text[0]) || text[0] == '/')
        && !text.AsSpan().ContainsAnyExcept(s_plain)
        && text[^1] is not (' ' or ':')
        && !text.Contains(": ", StringComparison.Ordinal)
        && !ScalarText.IsOther(text);

    private static bool HasUnprintable(string text)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange('\n', '~') && !text.AsSpan().ContainsAnyInRange('\v', '\x1F'))
        {
            return false;
        }

        ScalarText.EnsureUnicode(text);
        return text.AsSpan().ContainsAnyInRange('\0', '\b') || text.AsSpan().ContainsAnyInRange('\v', '\x1F')
            || text.Any(c => c > '~' && !IsPrintable(c));
    }

    /// <summary>Beyond ASCII: all but controls, what YAML 1.1 takes for the end of a line, byte order marks and what is no character.</summary>
    private static bool IsPrintable(char c) => c >= '\xA0' && c is not ('\u2028' or '\u2029' or '\uFEFF' or '\uFFFE' or '\uFFFF');

    /// <summary>Writes a character that ASCII's quoted text has no place for, and gives its length.</summary>
    private static int WriteSpecial(ReadOnlySpan<char> text, IBufferWriter<byte> destination)
    {
        char c = text[0];
        if (IsPrintable(c))
        {
            int length = char.IsHighSurrogate(c) ? 2 : 1;
            Encoding.UTF8.GetBytes(text[..length], destination);
            return length;
        }

        string escaped = c switch
        {
            '"' => "\\\"",
            '\\' => "\\\\",
            '\n' => "\\n",
            '\r' => "\\r",
            '\t' => "\\t",
            _ => "\\u" + ((int)c).ToString("x4", CultureInfo.InvariantCulture),
        };
        Encoding.ASCII.GetBytes(escaped, destination);
        return 1;
    }
}
