using System.Text;

namespace MeshSecrets.Certificates.Reading;

/// <summary>
/// Reads the blocks of a PEM text by RFC 7468, allowing what its section 3 allows (CRLF, trailing whitespace, blank
/// lines, text between blocks) and nothing else: what is broken is named, not guessed at.
/// </summary>
internal static class PemReader
{
    private static ReadOnlySpan<byte> BeginMarker => "-----BEGIN"u8;

    private static ReadOnlySpan<byte> EndMarker => "-----END"u8;

    private static ReadOnlySpan<byte> Dashes => "-----"u8;

    /// <summary>Whether a text has a PEM boundary at all.</summary>
    internal static bool HasBoundary(ReadOnlySpan<byte> text) => text.IndexOf(BeginMarker) >= 0 || text.IndexOf(EndMarker) >= 0;

    /// <summary>Adds the DER of each block to <paramref name="decoded"/>.</summary>
    internal static void Read(ReadOnlySpan<byte> text, string source, Action<MaterialKind, byte[], SourcePlace> decoded)
    {
        PemLines lines = new(text);
        while (lines.MoveNext())
        {
            ReadOnlySpan<byte> line = lines.Current;
            int begin = line.IndexOf(BeginMarker);
            if (begin >= 0)
            {
                SourcePlace place = new(source, lines.Number);
                string label = BeginLabel(line, begin, place);
                MaterialKind? kind = PemLabels.Resolve(label, place);
                byte[] der = ReadBlock(ref lines, label, kind, place);
                if (kind is { } wanted)
                {
                    decoded(wanted, der, place);
                }
            }
            else if (line.IndexOf(EndMarker) is >= 0 and int end)
            {
                throw PemErrors.BeginMissing(new(source, lines.Number, end + 1));
            }
        }
    }

    private static string BeginLabel(ReadOnlySpan<byte> line, int begin, SourcePlace place)
    {
        SourcePlace marker = place with { Column = begin + 1 };
        if (line[begin..].IndexOf("\\n"u8) >= 0)
        {
            throw PemErrors.LiteralNewlines(place with { Column = line.IndexOf("\\n"u8) + 1 });
        }

        if (begin > 0)
        {
            ReadOnlySpan<byte> before = line[..begin];
            throw before[^1] is (byte)'"' or (byte)'\'' ? PemErrors.Quoted(marker with { Column = begin })
                : before[^1] == '-' ? PemErrors.BoundaryMalformed(place with { Column = 1 }, "BEGIN")
                : before.Trim(" \t"u8).IsEmpty ? PemErrors.Indented(marker)
                : PemErrors.BeginNotAtLineStart(marker);
        }

        string label = Label(line, BeginMarker.Length, marker, "BEGIN", out int tailStart);
        ReadOnlySpan<byte> tail = line[tailStart..].TrimEnd(" \t"u8);
        if (tail.IsEmpty)
        {
            return label;
        }

        SourcePlace at = place with { Column = tailStart + 1 };
        throw tail.IndexOf(EndMarker) >= 0 || tail.Length >= 16 ? PemErrors.LineBreaksLost(at) : PemErrors.BoundaryMalformed(at, "BEGIN");
    }

    private static string Label(ReadOnlySpan<byte> line, int start, SourcePlace place, string boundary, out int tailStart)
    {
        ReadOnlySpan<byte> rest = line[start..];
        int close = rest.IndexOf(Dashes);
        if (close < 2 || rest[0] != ' ' || rest[1..close].ContainsAnyExceptInRange((byte)' ', (byte)'~'))
        {
            throw PemErrors.BoundaryMalformed(place, boundary);
        }

        tailStart = start + close + Dashes.Length;
        return Encoding.ASCII.GetString(rest[1..close]);
    }

    private static byte[] ReadBlock(ref PemLines lines, string label, MaterialKind? kind, SourcePlace begin)
    {
        using PemBody body = new(begin, label, isSecret: kind?.IsPrivateKey() ?? false);
        while (lines.MoveNext())
        {
            ReadOnlySpan<byte> line = lines.Current;
            SourcePlace place = begin with { Line = lines.Number };
            int end = line.IndexOf(EndMarker);
            int next = line.IndexOf(BeginMarker);
            if (next >= 0 && end < 0)
            {
                throw PemErrors.EndMissing(begin, label, place with { Column = next + 1 });
            }

            if (end < 0)
            {
                body.Append(line, lines.Number);
                continue;
            }

            if (line.IndexOf("\\n"u8) is >= 0 and int literal)
            {
                throw PemErrors.LiteralNewlines(place with { Column = literal + 1 });
            }

            CheckEnd(line, end, label, begin, place);
            return body.Decode(lines.Number);
        }

        throw PemErrors.EndMissing(begin, label, null);
    }

    private static void CheckEnd(ReadOnlySpan<byte> line, int end, string label, SourcePlace begin, SourcePlace place)
    {
        SourcePlace marker = place with { Column = end + 1 };
        if (end > 0)
        {
            throw line[end - 1] == '-' ? PemErrors.BoundaryMalformed(place with { Column = 1 }, "END") : PemErrors.EndNotAtLineStart(marker);
        }

        string found = Label(line, EndMarker.Length, marker, "END", out int tailStart);
        ReadOnlySpan<byte> tail = line[tailStart..].TrimEnd(" \t"u8);
        if (tail.IndexOf(BeginMarker) >= 0)
        {
            throw PemErrors.BlocksJoined(place with { Column = tailStart + 1 });
        }

        if (found != label)
        {
            throw PemErrors.LabelMismatch(marker, begin.Line, label, found);
        }

        if (!tail.IsEmpty)
        {
            SourcePlace at = place with { Column = tailStart + 1 };
            throw tail[0] is (byte)'"' or (byte)'\'' ? PemErrors.Quoted(at) : PemErrors.BoundaryMalformed(at, "END");
        }
    }
}
