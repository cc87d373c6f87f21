using MeshSecrets.Certificates.Reading;

namespace MeshSecrets.Certificates.Repairing;

/// <summary>A block of a text whose boundaries stand on lines of their own.</summary>
/// <param name="Begin">The index of its BEGIN line.</param>
/// <param name="End">The index of its END line.</param>
/// <param name="Label">The label of its BEGIN line.</param>
/// <param name="EndLabel">The label of its END line.</param>
internal sealed record PemSegment(int Begin, int End, string Label, string EndLabel)
{
    /// <summary>The blocks that have both boundaries, in their order.</summary>
    internal static List<PemSegment> FindAll(IReadOnlyList<ReadOnlyMemory<byte>> lines)
    {
        List<PemSegment> segments = [];
        int begin = -1;
        string label = string.Empty;
        for (int i = 0; i < lines.Count; i++)
        {
            if (Boundary.FindAll(lines[i].Span) is not [Boundary boundary, ..])
            {
                continue;
            }

            if (boundary.IsBegin)
            {
                begin = i;
                label = boundary.Written;
            }
            else if (begin >= 0)
            {
                segments.Add(new(begin, i, label, boundary.Written));
                begin = -1;
            }
        }

        return segments;
    }

    /// <summary>The lines between the boundaries.</summary>
    internal List<ReadOnlyMemory<byte>> Body(List<ReadOnlyMemory<byte>> lines) => lines.GetRange(Begin + 1, End - Begin - 1);

    /// <summary>What the block holds by the look of it, as far as it can be decoded; else <see langword="null"/>.</summary>
    internal MaterialKind? Content(List<ReadOnlyMemory<byte>> lines, Scratch scratch)
    {
        byte[] body = TextLines.Join(Body(lines), scratch);
        return DerShape.Identify(Base64Text.DecodePrefix(body, scratch));
    }
}
