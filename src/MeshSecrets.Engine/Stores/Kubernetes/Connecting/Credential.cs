namespace MeshSecrets.Stores.Kubernetes.Connecting;

/// <summary>Where the identity at a cluster comes from. Safe to use from several threads at once.</summary>
internal abstract class Credential : IDisposable
{
    /// <summary>The identity to make a request with; obtained or renewed first if need be.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Stops the operation.</param>
    /// <exception cref="MeshException">It cannot be obtained, or has expired.</exception>
    internal abstract ValueTask<ClusterIdentity> GetAsync(TimeProvider time, CancellationToken cancellationToken);

    /// <summary>
    /// The identity to try again with, after the server has refused one. Many may ask at once for the same refusal: it is
    /// renewed once.
    /// </summary>
    /// <param name="refused">The identity that the server refused.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Stops the operation.</param>
    /// <returns>Another identity, or the refused one if there is no other.</returns>
    internal virtual ValueTask<ClusterIdentity> RenewAsync(ClusterIdentity refused, TimeProvider time, CancellationToken cancellationToken) => new(refused);

    /// <summary>Forgets keys.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Forgets keys.</summary>
    /// <param name="disposing">Always true.</param>
    protected virtual void Dispose(bool disposing)
    {
    }
}
