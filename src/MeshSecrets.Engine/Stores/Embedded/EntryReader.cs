using MeshSecrets.Secrets;

namespace MeshSecrets.Stores.Embedded;

/// <summary>
/// Reads entries by location, keeping one decrypted block of each segment: entries lie in order of identity, so whoever
/// asks in that order has every block decrypted once. Not thread-safe.
/// </summary>
internal sealed class EntryReader(TextPool pool)
{
    private readonly Dictionary<SegmentFile, CachedBlock> _blocks = [];

    internal EntryView Read(EntryLocation location)
    {
        if (!_blocks.TryGetValue(location.Segment, out CachedBlock? block))
        {
            _blocks[location.Segment] = block = new CachedBlock();
        }

        if (block.Index != location.Block)
        {
            block.Index = -1;
            block.Length = location.Segment.ReadBlock(location.Block, ref block.Plain);
            block.Index = location.Block;
        }

        RecordReader reader = new(block.Plain.AsSpan(location.Offset, block.Length - location.Offset));
        return new EntryView(reader.Bytes(reader.Count()));
    }

    internal SecretMetadata ReadMetadata(SecretId id, EntryLocation location) => EntryCodec.ReadMetadata(Read(location), id, pool);

    internal AuditRecord ReadAuditRecord(EntryLocation location) => EntryCodec.ReadAuditRecord(Read(location), pool);

    internal Secret ReadSecret(SecretId id, EntryLocation location)
    {
        EntryView entry = Read(location);
        SecretMetadata metadata = EntryCodec.ReadMetadata(entry, id, pool);
        return new Secret(metadata, location.Segment.ReadData(entry, id));
    }

    private sealed class CachedBlock
    {
        internal int Index = -1;
        internal int Length;
        internal byte[] Plain = [];
    }
}
