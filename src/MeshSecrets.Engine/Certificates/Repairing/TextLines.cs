using MeshSecrets.Certificates.Reading;

namespace MeshSecrets.Certificates.Repairing;

/// <summary>A text as lines, so that mends can move, split and trim them without a copy.</summary>
internal static class TextLines
{
    internal static List<ReadOnlyMemory<byte>> Split(ReadOnlyMemory<byte> text)
    {
        List<ReadOnlyMemory<byte>> lines = [];
        PemLines reader = new(text.Span);
        int offset = 0;
        while (reader.MoveNext())
        {
            int length = reader.Current.Length;
            lines.Add(text.Slice(offset, length));
            offset += length;
            offset += text.Span[offset..] is [(byte)'\r', (byte)'\n', ..] ? 2 : 1;
        }

        return lines;
    }

    /// <summary>Joins lines with LF, each ended by one.</summary>
    internal static byte[] Join(IReadOnlyCollection<ReadOnlyMemory<byte>> lines, Scratch scratch)
    {
        byte[] text = scratch.New(lines.Sum(line => line.Length + 1));
        int offset = 0;
        foreach (ReadOnlyMemory<byte> line in lines)
        {
            line.Span.CopyTo(text.AsSpan(offset));
            offset += line.Length;
            text[offset++] = (byte)'\n';
        }

        return text;
    }
}
