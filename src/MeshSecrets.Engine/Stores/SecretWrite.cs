using MeshSecrets.Secrets;

namespace MeshSecrets.Stores;

/// <summary>What must hold for a write to happen.</summary>
public enum WriteMode
{
    /// <summary>There is no such secret yet, else <c>SecretExists</c>.</summary>
    Create,

    /// <summary>There is one, and its resource version is the one in the metadata (if any is given there), else <c>SecretNotFound</c> or <c>SecretConflict</c>.</summary>
    Update,

    /// <summary>Either.</summary>
    CreateOrUpdate,
}

/// <summary>One write.</summary>
/// <param name="Secret">The secret. Of its metadata the store takes identity, type, labels, annotations, certificate, and for <see cref="WriteMode.Update"/> the resource version.</param>
/// <param name="Mode">The condition.</param>
/// <param name="Action">What the audit trail calls it, in one word (<c>rotate</c>, <c>restore</c>, <c>copy</c>); <see langword="null"/> for <c>create</c> or <c>update</c> as it turns out.</param>
/// <param name="RestartDue">Notes in the same write that from then on what uses the secret is to be restarted (<see cref="IWorkloadStore"/>); <see langword="null"/> leaves such a note as it is.</param>
public sealed record SecretWrite(Secret Secret, WriteMode Mode, string? Action = null, DateTimeOffset? RestartDue = null);
