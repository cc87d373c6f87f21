using System.Buffers.Binary;
using MeshSecrets.Secrets;

namespace MeshSecrets.Stores.Embedded;

/// <summary>
/// An entry of a directory as its bytes: a prefix of fixed length with what replaying, merging and the filter on
/// expiry need, then the identity, then the rest (see <see cref="EntryCodec"/>).
/// </summary>
internal readonly ref struct EntryView(ReadOnlySpan<byte> bytes)
{
    internal const int OffsetAt = 1;
    internal const int TagAt = OffsetAt + 8 + 4;
    internal const int PrefixLength = TagAt + SealingKey.TagLength + 8 + 4 + 8 + 8 + 8;

    private const int CommitAt = TagAt + SealingKey.TagLength;

    internal ReadOnlySpan<byte> Bytes { get; } = bytes;

    internal EntryOperation Operation => (EntryOperation)Bytes[0];

    internal long PayloadOffset => Int64(OffsetAt);

    /// <summary>Length of the sealed payload; 0 for an entry without one.</summary>
    internal int PayloadLength => BinaryPrimitives.ReadInt32LittleEndian(Bytes[(OffsetAt + 8)..]);

    /// <summary>The sealed payload's tag: no other payload, not even of the same version in a copy of the store, can take its place.</summary>
    internal ReadOnlySpan<byte> PayloadTag => Bytes.Slice(TagAt, SealingKey.TagLength);

    internal long Commit => Int64(CommitAt);

    internal int Item => BinaryPrimitives.ReadInt32LittleEndian(Bytes[(CommitAt + 8)..]);

    internal long Version => Int64(CommitAt + 12);

    /// <summary>When the certificate ends, in ticks (UTC); <see cref="long.MaxValue"/> if there is none.</summary>
    internal long NotAfterTicks => Int64(CommitAt + 20);

    internal DateTimeOffset Time => new(Int64(CommitAt + 28), TimeSpan.Zero);

    internal RecordReader AfterPrefix => new(Bytes[PrefixLength..]);

    internal SecretId? ReadId(TextPool pool)
    {
        RecordReader reader = AfterPrefix;
        return EntryCodec.ReadId(ref reader, pool);
    }

    private long Int64(int offset) => BinaryPrimitives.ReadInt64LittleEndian(Bytes[offset..]);
}
