using System.Buffers.Text;
using MeshSecrets.Certificates.Reading;

namespace MeshSecrets.Certificates.Repairing;

/// <summary>Mends of what stands in a block, or is the whole of a binary file.</summary>
internal static class BodyMends
{
    internal static byte[]? Mend(ContentRepair repair) =>
        BinaryForm.IsText(repair.Content.Span) ? MendBlock(repair) : MendBinary(repair);

    /// <summary>Bytes after the end: other structures that were joined to it, or stray ones.</summary>
    private static byte[]? MendBinary(ContentRepair repair)
    {
        if (JoinedMaterial.SplitBytes(repair.Content, repair.Scratch) is { } joined)
        {
            repair.IsReencoded = true;
            return JoinedMaterial.ToPem(joined, repair.Scratch);
        }

        if (!DerHeader.TryRead(repair.Content.Span, out DerHeader header) || header.TotalLength is not { } total || total >= repair.Content.Length)
        {
            return null;
        }

        byte[] der = repair.Scratch.Keep(repair.Content[..(int)total].ToArray());
        return DerTree.IsWhole(der) && DerShape.Identify(der) is { } kind && repair.Choose(0, [new(kind, der)]) ? der : null;
    }

    private static byte[]? MendBlock(ContentRepair repair)
    {
        List<ReadOnlyMemory<byte>> lines = TextLines.Split(repair.Content);
        List<PemSegment> blocks = PemSegment.FindAll(lines);
        int ordinal = FindBroken(repair, lines, blocks);
        if (ordinal < 0)
        {
            // A block without END takes in whatever follows on it.
            return BlockMends.PutEndBack(repair);
        }

        PemSegment block = blocks[ordinal];
        byte[] body = TextLines.Join(block.Body(lines), repair.Scratch);
        return MendWrapping(repair, lines, block, body)
            ?? (Search(repair, ordinal, body) is { } found ? Replace(repair, lines, block, found) : null);
    }

    /// <summary>The first block that the strict reader refuses.</summary>
    internal static int FindBroken(ContentRepair repair, List<ReadOnlyMemory<byte>> lines, List<PemSegment> blocks) => blocks.FindIndex(block =>
        MaterialComplaint.About(TextLines.Join(lines.GetRange(block.Begin, block.End - block.Begin + 1), repair.Scratch), repair.Source, repair.Options) is { ErrorId: not "MaterialUnrecognized" });

    internal static byte[] Replace(ContentRepair repair, List<ReadOnlyMemory<byte>> lines, PemSegment block, byte[] body)
    {
        lines.RemoveRange(block.Begin + 1, block.End - block.Begin - 1);
        lines.Insert(block.Begin + 1, body);
        return TextLines.Join(lines, repair.Scratch);
    }

    /// <summary>What can be mended with every character of the content kept.</summary>
    private static byte[]? MendWrapping(ContentRepair repair, List<ReadOnlyMemory<byte>> lines, PemSegment block, byte[] body)
    {
        Base64Text text = Base64Text.Read(body, repair.Scratch);
        if (text.Blanks > 0)
        {
            return Replace(repair, lines, block, Base64Text.WithoutBlanks(body, repair.Scratch));
        }

        if (text.IsUrl)
        {
            body.AsSpan().Replace((byte)'-', (byte)'+');
            body.AsSpan().Replace((byte)'_', (byte)'/');
            return Replace(repair, lines, block, body);
        }

        if (text.Foreign > 0)
        {
            return null;
        }

        if (JoinedMaterial.SplitText(text, repair.Scratch) is { } joined)
        {
            repair.IsReencoded = true;
            lines.RemoveRange(block.Begin, block.End - block.Begin + 1);
            lines.Insert(block.Begin, JoinedMaterial.ToPem(joined, repair.Scratch));
            return TextLines.Join(lines, repair.Scratch);
        }

        byte[] decoded = repair.Scratch.New(Math.Max(0, Base64Text.DecodedLength(text.Characters.Length)));
        bool isWhole = text.IsClean && Base64Text.ExpectedLength(text.Characters) == text.Characters.Length && Base64Text.Decode(text.Characters, decoded);
        return isWhole && text.Padding != (4 - (text.Characters.Length % 4)) % 4 ? Replace(repair, lines, block, Base64Text.Pad(text.Characters, repair.Scratch)) : null;
    }

    /// <summary>The base64 of the first of all possible originals, which stands in until one of them is proven.</summary>
    private static byte[]? Search(ContentRepair repair, int ordinal, byte[] body)
    {
        if (repair.IsLosslessOnly)
        {
            return null;
        }

        List<Candidate> candidates = StraySearch.Find(Base64Text.Read(body, repair.Scratch), repair.Scratch, repair.Budget);
        if (candidates.Count == 0 || !repair.Choose(ordinal, candidates))
        {
            return null;
        }

        byte[] encoded = repair.Scratch.New(Base64.GetMaxEncodedToUtf8Length(candidates[0].Der.Length));
        Base64.EncodeToUtf8(candidates[0].Der, encoded, out _, out _);
        return encoded;
    }
}
