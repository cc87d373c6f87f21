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
        // In the order of the directory, so that a merge reads payloads one after the other.
        int[] order = [.. Enumerable.Range(0, entries.Count)];
        Array.Sort(order, (left, right) =>
            ByIdentity(entries[left].Id, entries[right].Id) is var byIdentity && byIdentity != 0 ? byIdentity : left.CompareTo(right));
        List<int> ends = new(entries.Count);
        Span<byte> tag = stackalloc byte[SealingKey.TagLength];
        foreach (int item in order)
        {
            CommitEntry entry = entries[item];
            tag.Clear();
            (long offset, int length) = AppendPayload(segment, entry, commit, item, tag);
            EntryCodec.Write(_directory, entry, commit, item, time, actor, offset, length, tag);
            ends.Add(_directory.Length);
        }

        int start = 0;
        foreach (int end in ends)
        {
            segment.AppendEntry(_directory.Written[start..end]);
            start = end;
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
        PayloadReader payloads = new();
        List<long> offsets = new(needed.Count);
        foreach ((_, EntryLocation location) in needed)
        {
            EntryView entry = reader.Read(location);
            offsets.Add(merged.AppendPayload(payloads.Read(location.Segment, entry.PayloadOffset, entry.PayloadLength)));
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
