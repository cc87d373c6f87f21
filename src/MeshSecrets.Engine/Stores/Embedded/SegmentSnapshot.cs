namespace MeshSecrets.Stores.Embedded;

/// <summary>The segments of one moment, opened without regard to what is wrong with some of them.</summary>
internal sealed class SegmentSnapshot : IDisposable
{
    private SegmentSnapshot(List<SegmentFile> segments, List<StoreFinding> findings)
    {
        Segments = segments;
        Findings = findings;
    }

    /// <summary>Those that could be opened, oldest first.</summary>
    internal IReadOnlyList<SegmentFile> Segments { get; }

    /// <summary>What is wrong with the others, and between them.</summary>
    internal IReadOnlyList<StoreFinding> Findings { get; }

    /// <summary>Opens all; looks again as long as a merge by somebody else changes the folder meanwhile.</summary>
    internal static SegmentSnapshot Take(string folder, StoreKeys keys, StoreId store)
    {
        List<SegmentRange> found = SegmentRange.Enumerate(folder);
        while (true)
        {
            SegmentSnapshot snapshot = Open(folder, found, keys, store);
            List<SegmentRange> again = SegmentRange.Enumerate(folder);
            if (snapshot.Findings.Count == 0 || again.SequenceEqual(found))
            {
                return snapshot;
            }

            snapshot.Dispose();
            found = again;
        }
    }

    /// <summary>
    /// The files that are not part of the store. To be called last: what a merge under way removes, or a writer is about
    /// to rename, is none of them.
    /// </summary>
    internal static List<string> FindUnknown(string folder, IReadOnlyList<string> before)
    {
        HashSet<string> tiles = [.. SegmentRange.Tile(SegmentRange.Enumerate(folder), []).Select(range => range.FileName)];
        return [.. before.Where(name => !tiles.Contains(name) && Path.Exists(Path.Combine(folder, name)))];
    }

    /// <summary>All names in a folder but those of writers' temporary files.</summary>
    internal static List<string> Names(string folder) => [.. Directory.EnumerateFileSystemEntries(folder)
        .Select(path => Path.GetFileName(path))
        .Where(name => !name.EndsWith(".tmp", StringComparison.Ordinal))
        .Order(StringComparer.Ordinal)];

    public void Dispose()
    {
        foreach (SegmentFile segment in Segments)
        {
            segment.Release();
        }
    }

    private static SegmentSnapshot Open(string folder, List<SegmentRange> found, StoreKeys keys, StoreId store)
    {
        List<SegmentFile> segments = [];
        List<StoreFinding> findings = [];
        List<SegmentRange> gaps = [];
        byte[]? link = new byte[SegmentFooter.LinkLength];
        long next = 1;
        foreach (SegmentRange range in SegmentRange.Tile(found, gaps))
        {
            // After a gap or a damaged segment nobody knows what the next one should follow.
            link = range.First == next ? link : null;
            next = range.Last + 1;
            link = TryOpen(folder, range, keys, store, link, segments, findings);
        }

        findings.AddRange(gaps.Select(gap => StoreFindings.From("RecordMissing", StoreErrors.CommitsMissing(folder, gap))));
        if (found.Count == 0)
        {
            findings.Add(StoreFindings.From("RecordMissing", StoreErrors.NoCommits(folder)));
        }

        return new SegmentSnapshot(segments, findings);
    }

    private static byte[]? TryOpen(
        string folder, SegmentRange range, StoreKeys keys, StoreId store, byte[]? link, List<SegmentFile> segments, List<StoreFinding> findings)
    {
        try
        {
            SegmentFile segment = SegmentFile.Open(folder, range, keys, store);
            segments.Add(segment);
            if (link is not null && !segment.Footer.Previous.AsSpan().SequenceEqual(link))
            {
                findings.Add(StoreFindings.From("RecordRolledBack", StoreErrors.ChainBroken(segment.Path, range)));
            }

            return segment.Footer.Link;
        }
        catch (MeshException exception)
        {
            findings.Add(StoreFindings.From("RecordAltered", exception));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            findings.Add(StoreFindings.From("RecordUnreadable", StoreErrors.ReadFailed(exception, Path.Combine(folder, range.FileName))));
        }

        return null;
    }
}
