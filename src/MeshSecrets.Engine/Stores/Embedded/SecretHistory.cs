using MeshSecrets.Secrets;

namespace MeshSecrets.Stores.Embedded;

/// <summary>The kept versions of one secret, oldest first, and whether it is removed.</summary>
internal sealed class SecretHistory(SecretId id)
{
    // Most secrets have one version, and an array of one is the smallest collection there is.
    private EntryLocation[] _versions = [];

    internal SecretId Id { get; } = id;

    internal ReadOnlySpan<EntryLocation> Versions => _versions;

    /// <summary>The entry that removed the secret, if it is removed.</summary>
    internal EntryLocation? Removal { get; private set; }

    /// <summary>The newest version's number, removed or not.</summary>
    internal long LastVersion => _versions.Length == 0 ? 0 : _versions[^1].Version;

    /// <summary>The version that a reader gets, or <see langword="null"/> if the secret is removed.</summary>
    internal EntryLocation? Current => Removal is null && _versions.Length > 0 ? _versions[^1] : null;

    internal void Put(EntryLocation location, int kept)
    {
        Remove(null);
        int dropped = Math.Max(_versions.Length + 1 - kept, 0);
        for (int i = 0; i < dropped; i++)
        {
            _versions[i].Segment.Live--;
        }

        location.Segment.Live++;
        _versions = [.. _versions.AsSpan(dropped), location];
    }

    internal void Remove(EntryLocation? removal)
    {
        if (Removal is { } former)
        {
            former.Segment.Live--;
        }

        if (removal is { } now)
        {
            now.Segment.Live++;
        }

        Removal = removal;
    }

    internal void Purge()
    {
        Remove(null);
        foreach (EntryLocation version in _versions)
        {
            version.Segment.Live--;
        }

        _versions = [];
    }

    /// <summary>Notes that a merge moved an entry.</summary>
    internal void Move(EntryLocation location)
    {
        if (Removal is { } removal && IsSame(removal, location))
        {
            Remove(location);
            return;
        }

        int index = IndexOf(location.Commit, location.Item);
        if (index >= 0)
        {
            _versions[index].Segment.Live--;
            _versions[index] = location;
            location.Segment.Live++;
        }
    }

    /// <summary>Whether an entry is still needed: it is a kept version, or what removed the secret.</summary>
    internal bool Needs(long commit, int item) =>
        (Removal is { } removal && removal.Commit == commit && removal.Item == item) || IndexOf(commit, item) >= 0;

    internal EntryLocation? Find(long version)
    {
        foreach (EntryLocation location in _versions)
        {
            if (location.Version == version)
            {
                return location;
            }
        }

        return null;
    }

    private static bool IsSame(EntryLocation one, EntryLocation other) => one.Commit == other.Commit && one.Item == other.Item;

    private int IndexOf(long commit, int item)
    {
        for (int i = 0; i < _versions.Length; i++)
        {
            if (_versions[i].Commit == commit && _versions[i].Item == item)
            {
                return i;
            }
        }

        return -1;
    }
}
