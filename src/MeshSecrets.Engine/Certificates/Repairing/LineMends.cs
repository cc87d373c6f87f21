namespace MeshSecrets.Certificates.Repairing;

/// <summary>Mends that move, split and trim lines, and change no character of a block's content.</summary>
internal static class LineMends
{
    private const string Blank = " \t";

    private static ReadOnlySpan<byte> Quotes => "\"'`"u8;

    internal static List<ReadOnlyMemory<byte>> TakeIndentationAway(List<ReadOnlyMemory<byte>> lines) =>
        lines.ConvertAll(line => line.TrimStart(" \t"u8));

    /// <summary>Quotes around the text, around each line, and with the commas and plus signs of program texts.</summary>
    internal static List<ReadOnlyMemory<byte>> TakeQuotesAway(List<ReadOnlyMemory<byte>> lines)
    {
        List<ReadOnlyMemory<byte>> plain = [];
        foreach (ReadOnlyMemory<byte> line in lines)
        {
            foreach (ReadOnlyMemory<byte> part in Apart(line, onlyBesideQuotes: true))
            {
                plain.Add(TakeQuotesAway(part));
            }
        }

        return plain;
    }

    /// <summary>A prefix that each line of the block has (mail's '> ', a comment's '# ') goes; else what stands before BEGIN gets a line of its own.</summary>
    internal static List<ReadOnlyMemory<byte>> SetBeginApart(List<ReadOnlyMemory<byte>> lines)
    {
        int first = lines.FindIndex(line => Boundary.FindAll(line.Span) is [{ IsBegin: true, Start: > 0 }, ..]);
        if (first < 0)
        {
            return lines;
        }

        int last = lines.FindIndex(first, line => Boundary.FindAll(line.Span) is [{ IsBegin: false }, ..]);
        ReadOnlyMemory<byte> prefix = lines[first][..lines[first].Span.IndexOf("-----BEGIN"u8)];
        ReadOnlyMemory<byte> mark = prefix.TrimEnd(" \t"u8);
        bool everywhere = last > first && !mark.IsEmpty && lines.GetRange(first, last - first + 1).TrueForAll(line => line.Span.StartsWith(mark.Span));
        if (!everywhere)
        {
            return SetBoundariesApart(lines);
        }

        return lines.ConvertAll(line => line.Span.StartsWith(mark.Span) ? line[mark.Length..].TrimStart(" \t"u8) : line);
    }

    /// <summary>Each boundary gets a line of its own; the text beside it is broken at its spaces.</summary>
    internal static List<ReadOnlyMemory<byte>> SetBoundariesApart(List<ReadOnlyMemory<byte>> lines) =>
        [.. lines.SelectMany(line => Apart(line, onlyBesideQuotes: false))];

    /// <summary>Each boundary is written as RFC 7468 has it, on a line of its own.</summary>
    internal static List<ReadOnlyMemory<byte>> WriteBoundariesAnew(List<ReadOnlyMemory<byte>> lines)
    {
        List<ReadOnlyMemory<byte>> written = [];
        foreach (ReadOnlyMemory<byte> line in lines)
        {
            int offset = 0;
            foreach (Boundary boundary in Boundary.FindAll(line.Span))
            {
                AddWords(written, line[offset..boundary.Start]);
                written.Add(Boundary.Line(boundary.IsBegin, boundary.Label));
                offset = boundary.End;
            }

            if (offset == 0)
            {
                written.Add(line);
            }
            else
            {
                AddWords(written, line[offset..]);
            }
        }

        return written;
    }

    /// <summary>Lines with a colon within a block; a blank line ends them.</summary>
    internal static List<ReadOnlyMemory<byte>> TakeHeadersAway(List<ReadOnlyMemory<byte>> lines)
    {
        HashSet<int> inside = [.. PemSegment.FindAll(lines).SelectMany(block => Enumerable.Range(block.Begin + 1, block.End - block.Begin - 1))];
        return [.. lines.Where((line, i) => !inside.Contains(i) || line.Span.IndexOf((byte)':') < 0)];
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Apart(ReadOnlyMemory<byte> line, bool onlyBesideQuotes)
    {
        List<Boundary> boundaries = Boundary.FindAll(line.Span);
        List<ReadOnlyMemory<byte>> parts = [];
        int offset = 0;
        foreach (Boundary boundary in boundaries)
        {
            int start = line.Span[boundary.Start..].IndexOf((byte)'-') + boundary.Start;
            bool quoted = (start > 0 && Quotes.Contains(line.Span[start - 1])) || (boundary.End < line.Length && Quotes.Contains(line.Span[boundary.End]));
            if (onlyBesideQuotes && !quoted)
            {
                continue;
            }

            AddWords(parts, line[offset..Math.Max(start, offset)]);
            parts.Add(Boundary.Line(boundary.IsBegin, boundary.Written));
            offset = boundary.End;
        }

        if (offset == 0)
        {
            return [line];
        }

        AddWords(parts, line[offset..]);
        return parts;
    }

    /// <summary>Base64 knows no spaces: they stand where line breaks were.</summary>
    private static void AddWords(List<ReadOnlyMemory<byte>> lines, ReadOnlyMemory<byte> text)
    {
        foreach (Range word in text.Span.SplitAny(System.Text.Encoding.ASCII.GetBytes(Blank)))
        {
            if (word.End.Value > word.Start.Value)
            {
                lines.Add(text[word]);
            }
        }
    }

    private static ReadOnlyMemory<byte> TakeQuotesAway(ReadOnlyMemory<byte> line)
    {
        ReadOnlyMemory<byte> text = line.Trim(" \t"u8);
        ReadOnlyMemory<byte> end = text.TrimEnd(" \t,;+."u8);
        if (!end.IsEmpty && Quotes.Contains(end.Span[^1]))
        {
            text = end.TrimEnd(Quotes);
        }

        return !text.IsEmpty && Quotes.Contains(text.Span[0]) ? text.TrimStart(Quotes) : text;
    }
}
