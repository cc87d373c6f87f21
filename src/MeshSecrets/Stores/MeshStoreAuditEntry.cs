using MeshSecrets.Stores;

namespace MeshSecrets;

/// <summary>One line of a store's audit trail: who did what, and when; never a value.</summary>
public sealed class MeshStoreAuditEntry
{
    private readonly AuditEntry _entry;

    internal MeshStoreAuditEntry(AuditEntry entry, MeshStore store)
    {
        _entry = entry;
        Store = store;
    }

    /// <summary>1 for the first, one more with each.</summary>
    public long Sequence => _entry.Sequence;

    /// <summary>When (UTC).</summary>
    public DateTime Time => _entry.Time.UtcDateTime;

    /// <summary>Who: <c>user@host</c>.</summary>
    public string Actor => _entry.Actor;

    /// <summary>What: <c>create</c>, <c>update</c>, <c>remove</c>, <c>reveal</c>, …</summary>
    public string Action => _entry.Action;

    /// <summary>The secret's name; nothing if it is about the store as a whole.</summary>
    public string? Name => _entry.Id?.Name;

    /// <summary>The secret's mesh, or nothing.</summary>
    public string? Mesh => _entry.Id?.Mesh;

    /// <summary>The secret's namespace, or nothing.</summary>
    public string? Namespace => _entry.Id?.Namespace;

    /// <summary>Whether the secret has neither mesh nor namespace.</summary>
    public bool Global => _entry.Id is { IsGlobal: true };

    /// <summary>Which version of the secret; 0 where none applies.</summary>
    public long Version => _entry.Version;

    /// <summary>The store.</summary>
    public MeshStore Store { get; }

    /// <summary>The whole line.</summary>
    /// <returns>For example <c>17 2026-01-31 12:00:00Z ann@laptop update mesh/default/web</c>.</returns>
    public override string ToString() => $"{Sequence} {Time:u} {Actor} {Action} {_entry.Id}".TrimEnd();
}
