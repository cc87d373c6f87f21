using MeshSecrets.Secrets;

namespace MeshSecrets.Stores.Embedded;

/// <summary>The writes of one commit: checks each against what is stored and what came before it in the batch.</summary>
internal sealed class Batch(StoreIndex index, DateTimeOffset now, string actor)
{
    /// <summary>Enough for the largest annotations that Kubernetes allows (256 KiB), and the rest.</summary>
    private const int MaxMetadataSize = 320 * 1024;

    private readonly long _commit = index.Tip.Commit + 1;
    private readonly EntryReader _reader = new(new TextPool());
    private readonly Dictionary<SecretId, Present> _changed = [];
    private readonly List<CommitEntry> _entries = [];

    internal IReadOnlyList<CommitEntry> Entries => _entries;

    internal SecretMetadata Put(SecretWrite write)
    {
        SecretMetadata wanted = write.Secret.Metadata;
        SecretData data = write.Secret.GetData();
        CheckSize(wanted, data);
        Present present = Find(wanted.Id);
        CheckCondition(wanted, write.Mode, present);
        SecretMetadata stored = wanted with
        {
            DataKeys = [.. data.Keys],
            Version = present.LastVersion + 1,
            ResourceVersion = EntryCodec.ResourceVersion(_commit, _entries.Count),
            CreatedAt = present.Exists ? present.CreatedAt : now,
            UpdatedAt = now,
        };
        string action = write.Action ?? (present.Exists ? "update" : "create");
        Add(new CommitEntry(EntryOperation.Put, stored.Id, stored.Version, action, stored, data));
        _changed[stored.Id] = new Present(true, stored.Type, stored.CreatedAt, stored.Version, stored.ResourceVersion, Record(stored.Id, stored.Version, action));
        return stored;
    }

    internal void Delete(SecretId id, string? resourceVersion)
    {
        Present present = Find(id);
        if (!present.Exists)
        {
            throw StoreErrors.NotFound(id);
        }

        CheckResourceVersion(id, resourceVersion, present);
        Add(new CommitEntry(EntryOperation.Delete, id, present.LastVersion, "remove"));
        _changed[id] = present with { Exists = false };
    }

    /// <returns>Whether there is something to erase: a removed secret. Somebody may have created it again.</returns>
    internal bool Purge(SecretId id)
    {
        if (index.Find(id) is not { Current: null } history)
        {
            return false;
        }

        Add(new CommitEntry(EntryOperation.Purge, id, history.LastVersion, "purge"));
        return true;
    }

    internal void Note(SecretId? id, string action) =>
        Add(new CommitEntry(EntryOperation.Event, id, id is null ? 0 : index.Find(id)?.Current?.Version ?? 0, action));

    private static void CheckSize(SecretMetadata metadata, SecretData data)
    {
        long size = 0;
        for (int i = 0; i < data.Count; i++)
        {
            size += data.ValueAt(i).Length;
        }

        if (size > SecretData.MaxSize)
        {
            throw SecretErrors.DataTooLarge(metadata.Id, size, SecretData.MaxSize);
        }

        int text = 0;
        foreach ((string key, string value) in metadata.Labels)
        {
            text += key.Length + value.Length;
        }

        foreach ((string key, string value) in metadata.Annotations)
        {
            text += key.Length + value.Length;
        }

        if (text > MaxMetadataSize)
        {
            throw StoreErrors.MetadataTooLarge(metadata.Id, text, MaxMetadataSize);
        }
    }

    private static void CheckCondition(SecretMetadata wanted, WriteMode mode, Present present)
    {
        if (mode == WriteMode.Create && present.Exists)
        {
            throw StoreErrors.Exists(wanted.Id);
        }

        if (mode == WriteMode.Update)
        {
            if (!present.Exists)
            {
                throw StoreErrors.NotFound(wanted.Id);
            }

            CheckResourceVersion(wanted.Id, wanted.ResourceVersion.Length == 0 ? null : wanted.ResourceVersion, present);
        }

        if (present.Exists && present.Type != wanted.Type)
        {
            throw StoreErrors.TypeImmutable(wanted.Id, present.Type, wanted.Type);
        }
    }

    private static void CheckResourceVersion(SecretId id, string? expected, Present present)
    {
        if (expected is not null && expected != present.ResourceVersion)
        {
            throw StoreErrors.Conflict(id, expected, present.ResourceVersion, present.Writer);
        }
    }

    private Present Find(SecretId id)
    {
        if (_changed.TryGetValue(id, out Present changed))
        {
            return changed;
        }

        SecretHistory? history = index.Find(id);
        if (history?.Current is not { } location)
        {
            return new Present(false, "", default, history?.LastVersion ?? 0, "", default);
        }

        SecretMetadata metadata = _reader.ReadMetadata(id, location);
        return new Present(
            true, metadata.Type, metadata.CreatedAt, metadata.Version, metadata.ResourceVersion, _reader.ReadAuditRecord(location));
    }

    private void Add(CommitEntry entry) => _entries.Add(entry);

    private AuditRecord Record(SecretId id, long version, string action) => new(now, actor, action, id, version, _commit);

    private readonly record struct Present(
        bool Exists, string Type, DateTimeOffset CreatedAt, long LastVersion, string ResourceVersion, AuditRecord Writer);
}
