namespace MeshSecrets.Stores.Embedded;

/// <summary>
/// The audit trail: a file of JSON lines chained by their codes. A commit's lines follow from its segment, so they are
/// appended after it without a barrier of their own: what a crash takes from them, the next writer writes again, byte
/// for byte. Only before a merge drops what they follow from, they are made durable.
/// </summary>
internal sealed class AuditTrail(string path, byte[] key, DurableFiles files)
{
    internal string Path { get; } = path;

    internal long Length => new FileInfo(Path) is { Exists: true } file ? file.Length : 0;

    /// <summary>Appends the lines for some records to a buffer.</summary>
    /// <returns>Where the trail stands after them.</returns>
    internal AuditAnchor Compose(AuditAnchor anchor, IEnumerable<AuditRecord> records, RecordWriter lines)
    {
        int start = lines.Length;
        long sequence = anchor.Sequence;
        byte[] code = anchor.Code;
        foreach (AuditRecord record in records)
        {
            code = AuditLine.Write(lines, record, ++sequence, code, key);
        }

        return new AuditAnchor(sequence, anchor.Length + lines.Length - start, code);
    }

    internal void Write(ReadOnlySpan<byte> lines, long offset)
    {
        using FileStream stream = files.OpenOrCreate(Path, FileShare.ReadWrite);
        if (stream.Length > offset)
        {
            stream.SetLength(offset);
        }

        files.Write(stream.SafeFileHandle, lines, offset);
    }

    internal void Flush()
    {
        using FileStream stream = files.OpenOrCreate(Path, FileShare.ReadWrite);
        files.Flush(stream.SafeFileHandle);
    }

    /// <summary>
    /// Whether the trail can be that of these segments: not longer than the newest says (then newer segments are gone),
    /// not shorter than what they could write again.
    /// </summary>
    internal void Complete(IReadOnlyList<SegmentFile> segments)
    {
        long length = Length;
        long end = segments.Count == 0 ? 0 : segments[^1].Footer.Audit.Length;
        if (length == end)
        {
            return;
        }

        int first = FirstToRewrite(segments, out AuditAnchor anchor);
        if (length > end || length < anchor.Length)
        {
            throw StoreErrors.AuditLengthWrong(Path, length, end);
        }

        long start = anchor.Length;
        using RecordWriter lines = new();
        for (int i = first; i < segments.Count; i++)
        {
            anchor = Compose(anchor, ReadRecords(segments[i]), lines);
        }

        Write(lines.Written, start);
    }

    /// <summary>
    /// Where the trail stands as it is, which may be before the newest commit: its writer may be about to write the lines,
    /// or was stopped. What they will say, follows from the segments.
    /// </summary>
    internal AuditAnchor Standing(IReadOnlyList<SegmentFile> segments, List<AuditRecord> missing)
    {
        AuditAnchor newest = segments[^1].Footer.Audit;
        if (Length >= newest.Length)
        {
            return newest;
        }

        int first = FirstToRewrite(segments, out AuditAnchor anchor);
        missing.AddRange(segments.Skip(first).SelectMany(ReadRecords));
        return anchor;
    }

    /// <summary>The shortest length the trail can have without anyone having cut it.</summary>
    internal static long ShortestLength(IReadOnlyList<SegmentFile> segments)
    {
        FirstToRewrite(segments, out AuditAnchor anchor);
        return anchor.Length;
    }

    /// <summary>What a commit that was not merged yet said to the trail, in order.</summary>
    private static List<AuditRecord> ReadRecords(SegmentFile segment)
    {
        TextPool pool = new();
        List<(int Item, AuditRecord Record)> records = [];
        segment.ForEachEntry((entry, _, _) => records.Add((entry.Item, EntryCodec.ReadAuditRecord(entry, pool))));
        records.Sort(static (left, right) => left.Item.CompareTo(right.Item));
        return records.ConvertAll(static entry => entry.Record);
    }

    private static int FirstToRewrite(IReadOnlyList<SegmentFile> segments, out AuditAnchor anchor)
    {
        int first = segments.Count;
        while (first > 0 && segments[first - 1].Range is { } range && range.First == range.Last)
        {
            first--;
        }

        anchor = first == 0 ? AuditAnchor.Start : segments[first - 1].Footer.Audit;
        return first;
    }
}
