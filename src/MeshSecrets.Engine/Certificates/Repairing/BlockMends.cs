using MeshSecrets.Certificates.Reading;

namespace MeshSecrets.Certificates.Repairing;

/// <summary>Mends of boundaries that are missing and of labels.</summary>
internal static class BlockMends
{
    private const int ShortLine = 40;

    /// <summary>The base64 before the END line becomes a block; an END line with none before it goes.</summary>
    internal static byte[]? PutBeginBack(ContentRepair repair)
    {
        List<ReadOnlyMemory<byte>> lines = TextLines.Split(repair.Content);
        HashSet<int> ends = [.. PemSegment.FindAll(lines).Select(block => block.End)];
        int end = Enumerable.Range(0, lines.Count).FirstOrDefault(i => !ends.Contains(i) && Boundary.FindAll(lines[i].Span) is [{ IsBegin: false }, ..], -1);
        if (end < 0)
        {
            return null;
        }

        int first = end;
        while (first > 0 && !ends.Contains(first - 1) && IsBase64(lines[first - 1].Span, isLast: first == end, repair.Scratch))
        {
            first--;
        }

        if (first == end)
        {
            lines.RemoveAt(end);
        }
        else
        {
            lines.Insert(first, Boundary.Line(isBegin: true, Boundary.FindAll(lines[end].Span)[0].Written));
        }

        return TextLines.Join(lines, repair.Scratch);
    }

    /// <summary>The END line comes behind the last base64 after the BEGIN line.</summary>
    internal static byte[]? PutEndBack(ContentRepair repair)
    {
        List<ReadOnlyMemory<byte>> lines = TextLines.Split(repair.Content);
        int begin = -1;
        for (int i = 0; i < lines.Count; i++)
        {
            if (Boundary.FindAll(lines[i].Span) is not [Boundary boundary, ..])
            {
                continue;
            }

            if (boundary.IsBegin && begin >= 0)
            {
                break;
            }

            begin = boundary.IsBegin ? i : -1;
        }

        if (begin < 0)
        {
            return null;
        }

        int last = begin;
        int width = 0;
        bool isLast = false;
        while (!isLast && last + 1 < lines.Count && (lines[last + 1].Span.Trim(" \t"u8).IsEmpty || IsBase64(lines[last + 1].Span, isLast: true, repair.Scratch)))
        {
            // All lines of a block have one width, but the last.
            int length = lines[++last].Span.Trim(" \t"u8).Length;
            isLast = length > 0 && width > length;
            width = Math.Max(width, length);
        }

        lines.Insert(last + 1, Boundary.Line(isBegin: false, Boundary.FindAll(lines[begin].Span)[0].Written));
        return TextLines.Join(lines, repair.Scratch);
    }

    /// <summary>Each block whose label is not that of its content gets the right one, on both its boundaries.</summary>
    internal static byte[]? LabelByContent(ContentRepair repair)
    {
        List<ReadOnlyMemory<byte>> lines = TextLines.Split(repair.Content);
        bool changed = false;
        foreach (PemSegment block in PemSegment.FindAll(lines))
        {
            if (block.Content(lines, repair.Scratch) is not { } kind || kind == MaterialKind.Pkcs12 || (block.Label == block.EndLabel && IsLabelOf(block.Label, kind)))
            {
                continue;
            }

            string label = Boundary.LabelOf(kind);
            lines[block.Begin] = Boundary.Line(isBegin: true, label);
            lines[block.End] = Boundary.Line(isBegin: false, label);
            changed = true;
        }

        return changed ? TextLines.Join(lines, repair.Scratch) : null;
    }

    private static bool IsLabelOf(string label, MaterialKind kind) => label == Boundary.LabelOf(kind) || (label, kind) is
        ("X509 CERTIFICATE", MaterialKind.Certificate) or ("NEW CERTIFICATE REQUEST", MaterialKind.CertificateRequest) or ("CMS" or "PKCS #7 SIGNED DATA", MaterialKind.Pkcs7);

    /// <summary>Only the last line of a block is short; other short lines are words of the text around it.</summary>
    private static bool IsBase64(ReadOnlySpan<byte> line, bool isLast, Scratch scratch)
    {
        Base64Text text = Base64Text.Read(line, scratch);
        return text.Foreign == 0 && (text.Characters.Length >= ShortLine || (isLast && text.Blanks == 0 && text.Characters.Length + text.Padding > 0));
    }
}
