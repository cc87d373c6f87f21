using System.Security.Cryptography;
using MeshSecrets.Secrets;

namespace MeshSecrets.Stores.Embedded;

/// <summary>
/// Writes commits and merges them. Everything here happens under the writers' lock.
/// </summary>
internal sealed class CommitLog(StoreFolder folder, StoreKeys keys, StoreId store, AuditTrail trail, DurableFiles files)
{
    // A writer is alone, and buffers of a batch are large: kept, they are not collected again and again.
    private readonly RecordWriter _lines = new();
    private readonly RecordWriter _directory = new();
    private readonly RecordWriter _payload = new();

    /// <summary>Writes a segment with one commit. When this returns, the commit is durable; the trail follows.</summary>
    /// <returns>The lines the trail has to be given, valid until the next commit.</returns>
    internal ReadOnlyMemory<byte> Commit(StoreTip tip, IReadOnlyList<CommitEntry> entries, DateTimeOffset time, string actor)
    {
        long commit = tip.Commit + 1;
        _lines.Clear();
        AuditAnchor audit = trail.Compose(
            tip.Audit,
            entries.Select(entry => new AuditRecord(time, actor, entry.Action, entry.Id, entry.Version, commit)),
            _lines);
        using SegmentWriter segment = new(files, folder.Segments, new SegmentRange(commit, commit), keys, store);
        _directory.Clear();
        List<(SecretId? Id, int Item, int Start, int Length)> places = new(entries.Count);
        Span<byte> tag = stackalloc byte[SealingKey.TagLength];
        for (int item = 0; item < entries.Count; item++)
        {
            CommitEntry entry = entries[item];
            tag.Clear();
            (long offset, int length) = AppendPayload(segment, entry, commit, item, tag);
            int start = _directory.Length;
            EntryCodec.Write(_directory, entry, commit, item, time, actor, offset, length, tag);
            places.Add((entry.Id, item, start, _directory.Length - start));
        }

        places.Sort(static (left, right) => ByIdentity(left.Id, right.Id) is var order && order != 0 ? order : left.Item.CompareTo(right.Item));
        foreach ((_, _, int start, int length) in places)
        {
            segment.AppendEntry(_directory.Written.Slice(start, length));
        }

        segment.Complete(tip.Link, RandomNumberGenerator.GetBytes(SegmentFooter.LinkLength), audit);
        return _lines.WrittenMemory;
    }

    /// <summary>
    /// Puts one segment in the place of several that follow each other: what is still needed of them, as it is, without
    /// decrypting a value.
    /// </summary>
    /// <param name="run">The segments, oldest first.</param>
    /// <param name="needed">What is still needed of them, in the order of a directory.</param>
    internal void Merge(IReadOnlyList<SegmentFile> run, List<(SecretId Id, EntryLocation Location)> needed)
    {
        // From here on the trail's lines of these commits cannot be written again.
        trail.Flush();
        SegmentRange range = new(run[0].Range.First, run[^1].Range.Last);
        using (SegmentWriter merged = new(files, folder.Segments, range, keys, store))
        {
            List<long> offsets = CopyPayloads(merged, needed);
            CopyEntries(merged, needed, offsets);
            merged.Complete(run[0].Footer.Previous, run[^1].Footer.Link, run[^1].Footer.Audit);
        }

        foreach (SegmentFile segment in run)
        {
            files.Delete(segment.Path);
        }
    }

    private static int ByIdentity(SecretId? left, SecretId? right) => left is null ? (right is null ? 0 : -1) : left.CompareTo(right);

    private static void CopyEntries(SegmentWriter merged, List<(SecretId Id, EntryLocation Location)> needed, List<long> offsets)
    {
        EntryReader reader = new(new TextPool());
        byte[] copy = [];
        for (int i = 0; i < needed.Count; i++)
        {
            ReadOnlySpan<byte> entry = reader.Read(needed[i].Location).Bytes;
            copy = copy.Length < entry.Length ? new byte[entry.Length * 2] : copy;
            entry.CopyTo(copy);
            EntryCodec.SetPayloadOffset(copy, offsets[i]);
            merged.AppendEntry(copy.AsSpan(0, entry.Length));
        }
    }

    private static List<long> CopyPayloads(SegmentWriter merged, List<(SecretId Id, EntryLocation Location)> needed)
    {
        EntryReader reader = new(new TextPool());
        List<long> offsets = new(needed.Count);
        byte[] message = [];
        foreach ((_, EntryLocation location) in needed)
        {
            EntryView entry = reader.Read(location);
            int length = entry.PayloadLength;
            message = message.Length < length ? new byte[length * 2] : message;
            location.Segment.Read(message.AsSpan(0, length), entry.PayloadOffset);
            offsets.Add(merged.AppendPayload(message.AsSpan(0, length)));
        }

        return offsets;
    }

    private (long Offset, int Length) AppendPayload(SegmentWriter segment, CommitEntry entry, long commit, int item, Span<byte> tag)
    {
        if (entry.Data is null)
        {
            return (0, 0);
        }

        _payload.Clear();
        PayloadCodec.WriteAssociated(_payload, store, entry.Id!, entry.Version, commit, item);
        int associated = _payload.Length;
        PayloadCodec.Write(_payload, entry.Data);
        long offset = segment.SealPayload(_payload.Written[associated..], _payload.Written[..associated], tag);
        int length = _payload.Length - associated + SealingKey.Overhead;
        CryptographicOperations.ZeroMemory(_payload.Written);
        return (offset, length);
    }
}
