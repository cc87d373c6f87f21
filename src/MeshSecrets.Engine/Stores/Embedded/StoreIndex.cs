using MeshSecrets.Secrets;

namespace MeshSecrets.Stores.Embedded;

/// <summary>
/// What a store's segments say, as identities and where their versions lie; no metadata and no values. Follows the
/// commits and merges of any process. Not thread-safe: the store guards it.
/// </summary>
internal sealed class StoreIndex(string folder, StoreKeys keys, StoreId store, int kept) : IDisposable
{
    private Dictionary<SecretId, SecretHistory> _histories = [];
    private List<SegmentRange> _seen = [];
    private List<SegmentFile> _segments = [];
    private readonly TextPool _pool = new();
    private Listing? _listing;
    private int _kept = kept;
    private bool _broken;

    /// <summary>The segments that together hold every commit once, oldest first.</summary>
    internal IReadOnlyList<SegmentFile> Segments => _segments;

    internal StoreTip Tip => _segments.Count == 0
        ? StoreTip.Start
        : new StoreTip(_segments[^1].Range.Last, _segments[^1].Footer.Link, _segments[^1].Footer.Audit);

    internal bool HasPurges => _segments.Exists(segment => segment.Footer.Purges > 0);

    /// <summary>Segments that a wider one covers and that a dead writer did not remove.</summary>
    internal IEnumerable<SegmentRange> Leftovers => _seen.Except(_segments.Select(segment => segment.Range));

    internal SecretHistory? Find(SecretId id) => _histories.GetValueOrDefault(id);

    /// <summary>All current versions in order of identity; the same object until something changes.</summary>
    internal Listing List()
    {
        if (_listing is null)
        {
            List<(SecretId Id, EntryLocation Location)> current = new(_histories.Count);
            foreach (SecretHistory history in _histories.Values)
            {
                if (history.Current is { } location)
                {
                    current.Add((history.Id, location));
                }
            }

            current.Sort(static (left, right) => left.Id.CompareTo(right.Id));
            _listing = new Listing(current);
        }

        return _listing;
    }

    /// <summary>Says how many versions are kept; if that is news, the next refresh replays all segments by it.</summary>
    internal void Keep(int count)
    {
        _broken |= count != _kept;
        _kept = count;
    }

    /// <summary>Takes in what other threads and processes have committed and merged since.</summary>
    internal void Refresh()
    {
        List<SegmentRange>? failed = null;
        while (true)
        {
            List<SegmentRange> found = SegmentRange.Enumerate(folder);
            if (!_broken && found.SequenceEqual(_seen))
            {
                return;
            }

            try
            {
                Load(found);
                _seen = found;
                return;
            }
            catch (Exception exception) when (exception is FileNotFoundException or MeshException { ErrorId: StoreErrors.RecordMissingId or StoreErrors.RolledBackId })
            {
                // A merge may have put one file in the place of several while the folder was read. If a second look
                // finds the very same, it is no merge.
                if (failed is not null && failed.SequenceEqual(found))
                {
                    throw exception is FileNotFoundException missing ? StoreErrors.SegmentUnreadable(folder, missing) : exception;
                }

                failed = found;
            }
        }
    }

    /// <summary>What is still needed of some segments, in the order of a directory.</summary>
    internal List<(SecretId Id, EntryLocation Location)> FindNeeded(IReadOnlyList<SegmentFile> run)
    {
        List<(SecretId Id, EntryLocation Location)> needed = [];
        foreach (SegmentFile segment in run)
        {
            segment.ForEachEntry((entry, block, offset) =>
            {
                if (entry.Operation is EntryOperation.Put or EntryOperation.Delete
                    && entry.ReadId(_pool) is { } id
                    && Find(id) is { } history
                    && history.Needs(entry.Commit, entry.Item))
                {
                    needed.Add((id, new EntryLocation(segment, block, offset, entry.Version, entry.Commit, entry.Item)));
                }
            });
        }

        needed.Sort(static (left, right) =>
        {
            int order = left.Id.CompareTo(right.Id);
            order = order != 0 ? order : left.Location.Commit.CompareTo(right.Location.Commit);
            return order != 0 ? order : left.Location.Item.CompareTo(right.Location.Item);
        });
        return needed;
    }

    public void Dispose()
    {
        foreach (SegmentFile segment in _segments)
        {
            segment.Release();
        }

        _segments = [];
    }

    private void Load(List<SegmentRange> found)
    {
        List<SegmentRange> gaps = [];
        List<SegmentRange> tiles = SegmentRange.Tile(found, gaps);
        if (gaps.Count > 0)
        {
            throw StoreErrors.CommitsMissing(folder, gaps[0]);
        }

        long head = Tip.Commit;
        long newHead = tiles.Count == 0 ? 0 : tiles[^1].Last;
        if (newHead < head)
        {
            throw StoreErrors.RolledBack(folder, newHead, head);
        }

        Dictionary<SegmentRange, SegmentFile> loaded = _segments.ToDictionary(segment => segment.Range);
        List<SegmentFile> segments = OpenAll(tiles, loaded);
        _listing = null;
        bool rebuild = _broken;
        _broken = true;
        List<SegmentFile> retired = [.. _segments.Except(segments)];
        List<SegmentFile> added = [.. segments.Where(segment => !loaded.ContainsKey(segment.Range))];
        _segments = segments;
        if (!rebuild)
        {
            added.ForEach(segment => Absorb(segment, head));
            // A merge drops what is no longer kept. If it dropped more than this index knows of (a purge by another
            // process, another number of versions to keep), replaying tells what is left.
            rebuild = retired.Exists(segment => segment.Live != 0);
        }

        if (rebuild)
        {
            Rebuild();
        }

        retired.ForEach(segment => segment.Release());
        _broken = false;
    }

    private List<SegmentFile> OpenAll(List<SegmentRange> tiles, Dictionary<SegmentRange, SegmentFile> loaded)
    {
        List<SegmentFile> segments = new(tiles.Count);
        try
        {
            byte[] link = new byte[SegmentFooter.LinkLength];
            foreach (SegmentRange range in tiles)
            {
                SegmentFile segment = loaded.GetValueOrDefault(range) ?? SegmentFile.Open(folder, range, keys, store);
                segments.Add(segment);
                if (!segment.Footer.Previous.AsSpan().SequenceEqual(link))
                {
                    throw StoreErrors.ChainBroken(segment.Path, range);
                }

                link = segment.Footer.Link;
            }

            return segments;
        }
        catch
        {
            segments.Where(segment => !loaded.ContainsKey(segment.Range)).ToList().ForEach(segment => segment.Release());
            throw;
        }
    }

    private void Rebuild()
    {
        _histories = [];
        foreach (SegmentFile segment in _segments)
        {
            segment.Live = 0;
            Absorb(segment, 0);
        }
    }

    /// <summary>Takes in a segment's entries: new ones take effect, those up to <paramref name="head"/> have only moved.</summary>
    private void Absorb(SegmentFile segment, long head) => segment.ForEachEntry((entry, block, offset) =>
    {
        if (entry.Operation == EntryOperation.Event || entry.ReadId(_pool) is not { } id)
        {
            return;
        }

        EntryLocation location = new(segment, block, offset, entry.Version, entry.Commit, entry.Item);
        if (location.Commit <= head)
        {
            Find(id)?.Move(location);
        }
        else
        {
            Apply(entry.Operation, id, location);
        }
    });

    private void Apply(EntryOperation operation, SecretId id, EntryLocation location)
    {
        if (!_histories.TryGetValue(id, out SecretHistory? history))
        {
            history = new SecretHistory(id);
            _histories.Add(id, history);
        }

        switch (operation)
        {
            case EntryOperation.Put:
                history.Put(location, _kept);
                break;
            case EntryOperation.Delete:
                history.Remove(location);
                break;
            default:
                history.Purge();
                _histories.Remove(id);
                break;
        }
    }
}
