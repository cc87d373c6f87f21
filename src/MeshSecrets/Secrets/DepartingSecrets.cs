using MeshSecrets.Stores;

namespace MeshSecrets.Commands;

/// <summary>Secrets that wait to leave a store in plain, several at once: the audit trail notes them before any of them leaves.</summary>
internal sealed class DepartingSecrets
{
    private const int MaxCount = 64;

    private readonly List<MeshSecret> _waiting = [];

    internal bool IsEmpty => _waiting.Count == 0;

    /// <summary>Whether those that wait must leave before another can be added: they are many, or of another store.</summary>
    internal bool IsFullFor(MeshSecret secret) => _waiting.Count == MaxCount || (!IsEmpty && _waiting[0].Store != secret.Store);

    internal void Add(MeshSecret secret) => _waiting.Add(secret);

    /// <summary>Has all noted, of which there must be some, and no longer waits for them, whatever becomes of them.</summary>
    /// <returns>Those that may leave now.</returns>
    internal async Task<IReadOnlyList<MeshSecret>> NoteAsync(CancellationToken cancellationToken)
    {
        MeshSecret[] leaving = [.. _waiting];
        _waiting.Clear();
        await leaving[0].Store.Engine.NoteAccessAsync([.. leaving.Select(secret => secret.Metadata.Id)], "export", cancellationToken).ConfigureAwait(false);
        return leaving;
    }
}
