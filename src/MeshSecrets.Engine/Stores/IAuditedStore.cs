using MeshSecrets.Secrets;

namespace MeshSecrets.Stores;

/// <summary>A store that keeps a tamper-evident record of who did what, and when; never a value.</summary>
public interface IAuditedStore : ISecretStore
{
    /// <summary>Notes that plaintext left the store (shown, exported or copied elsewhere). Writes are noted by the store itself.</summary>
    /// <param name="ids">What left.</param>
    /// <param name="action">How, in one word: <c>reveal</c>, <c>export</c>, <c>copy</c>.</param>
    /// <param name="cancellationToken">Stops the operation.</param>
    /// <returns>A task.</returns>
    Task RecordAccessAsync(IReadOnlyCollection<SecretId> ids, string action, CancellationToken cancellationToken);

    /// <summary>Reads the trail, oldest first.</summary>
    /// <param name="cancellationToken">Stops the operation.</param>
    /// <returns>The entries.</returns>
    IAsyncEnumerable<AuditEntry> ReadAuditAsync(CancellationToken cancellationToken);
}

/// <summary>One line of the audit trail.</summary>
/// <param name="Sequence">1 for the first, one more with each.</param>
/// <param name="Time">When (UTC).</param>
/// <param name="Actor">Who: <c>user@host</c> unless the caller named another.</param>
/// <param name="Action">What: <c>create</c>, <c>update</c>, <c>remove</c>, <c>purge</c>, <c>rotate</c>, <c>restore</c>, <c>reveal</c>, …</param>
/// <param name="Id">On which secret; <see langword="null"/> if on the store as a whole.</param>
/// <param name="Version">Which version of it; 0 where none applies.</param>
public sealed record AuditEntry(long Sequence, DateTimeOffset Time, string Actor, string Action, SecretId? Id, long Version);
