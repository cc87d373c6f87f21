namespace MeshSecrets.Stores.Embedded;

/// <summary>Where an entry lies, and which version it is.</summary>
internal readonly record struct EntryLocation(SegmentFile Segment, int Block, int Offset, long Version, long Commit, int Item)
{
    internal string ResourceVersion => EntryCodec.ResourceVersion(Commit, Item);
}
