namespace MeshSecrets.Stores;

/// <summary>A store that lets one of several runners at a time do a thing, wherever they run.</summary>
public interface ILeaseStore : ISecretStore
{
    /// <summary>Takes a lease, and keeps it by renewing it until it is disposed.</summary>
    /// <param name="name">What is leased, in one word of lowercase letters, digits and <c>-</c>: <c>rotation</c>.</param>
    /// <param name="namespace">The namespace within which one runner holds it.</param>
    /// <param name="patience">How long to wait for another holder.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The lease; its disposal gives it back.</returns>
    /// <exception cref="MeshException"><c>LeaseHeld</c>: another runner holds it still, and the message names it.</exception>
    Task<IStoreLease> AcquireLeaseAsync(string name, string @namespace, TimeSpan patience, CancellationToken cancellationToken);
}

/// <summary>A lease that is held.</summary>
public interface IStoreLease : IAsyncDisposable
{
    /// <summary>Cancelled as soon as the lease may belong to somebody else: it could not be renewed in time.</summary>
    CancellationToken Lost { get; }
}
