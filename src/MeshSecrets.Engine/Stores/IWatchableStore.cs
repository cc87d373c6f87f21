namespace MeshSecrets.Stores;

/// <summary>A store that tells of changes as they happen.</summary>
public interface IWatchableStore : ISecretStore
{
    /// <summary>
    /// Tells of changes for as long as it is read: through breaks of the connection and restarts of the server, after
    /// which it tells what has changed meanwhile. Nothing is told twice.
    /// </summary>
    /// <param name="query">Which secrets. One that comes to match is told as added, one that ceases to as removed.</param>
    /// <param name="options">What is told beside changes.</param>
    /// <param name="cancellationToken">Ends the watch.</param>
    /// <returns>The changes, those of one secret in their order.</returns>
    /// <exception cref="MeshException">What no patience mends: a permission that is missing, a credential that is refused.</exception>
    IAsyncEnumerable<SecretChange> WatchAsync(SecretQuery query, SecretWatchOptions options, CancellationToken cancellationToken);
}
