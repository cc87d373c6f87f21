namespace MeshSecrets.Stores.Embedded;

/// <summary>What ties a segment together, and to the one before it. Sealed at the end of the file.</summary>
/// <param name="FileId">16 random bytes to which the blocks of this very file are bound.</param>
/// <param name="Previous">The link of the commit before the first one here; zeros for the first of all.</param>
/// <param name="Link">16 random bytes that stand for the last commit here and everything before it.</param>
/// <param name="Audit">Where the audit trail stands after the last commit here.</param>
/// <param name="Purges">How many entries wait for their bytes to be erased.</param>
/// <param name="DirectoryOffset">Where the payloads end and the directory begins.</param>
/// <param name="Blocks">The sizes of the directory's blocks, which follow each other.</param>
internal sealed record SegmentFooter(
    byte[] FileId,
    byte[] Previous,
    byte[] Link,
    AuditAnchor Audit,
    int Purges,
    long DirectoryOffset,
    int[] Blocks)
{
    internal const int LinkLength = 16;

    internal void Write(RecordWriter writer)
    {
        writer.Bytes(FileId);
        writer.Bytes(Previous);
        writer.Bytes(Link);
        writer.Int64(Audit.Sequence);
        writer.Int64(Audit.Length);
        writer.Bytes(Audit.Code);
        writer.Count(Purges);
        writer.Int64(DirectoryOffset);
        writer.Count(Blocks.Length);
        foreach (int length in Blocks)
        {
            writer.Count(length);
        }
    }

    internal static SegmentFooter Read(ReadOnlySpan<byte> bytes)
    {
        RecordReader reader = new(bytes);
        byte[] fileId = reader.Bytes(LinkLength).ToArray();
        byte[] previous = reader.Bytes(LinkLength).ToArray();
        byte[] link = reader.Bytes(LinkLength).ToArray();
        AuditAnchor audit = new(reader.Int64(), reader.Int64(), reader.Bytes(AuditAnchor.CodeLength).ToArray());
        int purges = reader.Count();
        long directoryOffset = reader.Int64();
        int[] blocks = new int[reader.Count()];
        for (int i = 0; i < blocks.Length; i++)
        {
            blocks[i] = reader.Count();
        }

        return new SegmentFooter(fileId, previous, link, audit, purges, directoryOffset, blocks);
    }
}
