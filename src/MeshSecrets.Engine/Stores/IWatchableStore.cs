using MeshSecrets.Secrets;

namespace MeshSecrets.Stores;

/// <summary>A store that tells of changes as they happen.</summary>
public interface IWatchableStore : ISecretStore
{
    /// <summary>
    /// Tells of changes for as long as it is read: through breaks of the connection and restarts of the server, after
    /// which it tells what has changed meanwhile. Nothing is told twice.
    /// </summary>
    /// <param name="query">Which secrets.</param>
    /// <param name="includePresent">Whether what is there already is told first, each as <see cref="SecretChangeKind.Present"/>.</param>
    /// <param name="cancellationToken">Ends the watch.</param>
    /// <returns>The changes.</returns>
    /// <exception cref="MeshException">What no patience mends: a permission that is missing, a credential that is refused.</exception>
    IAsyncEnumerable<SecretChange> WatchAsync(SecretQuery query, bool includePresent, CancellationToken cancellationToken);
}

/// <summary>A change of a secret.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Secret">The secret after the change; of a removed one, as it last was.</param>
/// <param name="Former">The secret before the change, if it was there.</param>
public sealed record SecretChange(SecretChangeKind Kind, SecretMetadata Secret, SecretMetadata? Former);

/// <summary>What happened to a secret.</summary>
public enum SecretChangeKind
{
    /// <summary>It was there when the watch began.</summary>
    Present,

    /// <summary>It is new.</summary>
    Added,

    /// <summary>Its values or its metadata changed.</summary>
    Changed,

    /// <summary>It is gone.</summary>
    Removed,
}
