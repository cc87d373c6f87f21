using MeshSecrets.Stores;

namespace MeshSecrets.Rotation;

/// <summary>
/// The leases of the namespaces that a rotation works in, so that no two runners issue for the same key. Each is taken with
/// the first key of its namespace, and given back after the last.
/// </summary>
internal sealed class RotationLeases : IAsyncDisposable
{
    /// <summary>What is leased.</summary>
    private const string Name = "rotation";

    private const string HeldId = "LeaseHeld";

    private readonly Dictionary<string, NamespaceLease> _namespaces;

    /// <param name="store">The store; one that knows no leases has one runner, or settles it by each write.</param>
    /// <param name="items">All that will be worked on.</param>
    /// <param name="options">How long to wait for another runner.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    internal RotationLeases(ISecretStore store, IEnumerable<RotationItem> items, RotationOptions options, CancellationToken cancellationToken) =>
        _namespaces = store is ILeaseStore leasing
            ? items.GroupBy(NamespaceOf, StringComparer.Ordinal).ToDictionary(
                group => group.Key,
                group => new NamespaceLease(() => AcquireAsync(leasing, group.Key, options, cancellationToken)) { Left = group.Count() },
                StringComparer.Ordinal)
            : [];

    /// <summary>Does something under the lease of a namespace; the loss of the lease stops it.</summary>
    /// <typeparam name="T">What it results in.</typeparam>
    /// <param name="item">What it is done with; each item once.</param>
    /// <param name="work">Does it.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The result.</returns>
    /// <exception cref="MeshException"><c>LeaseHeld</c>, <c>LeaseLost</c>, or a failure of the store.</exception>
    internal async Task<T> HoldAsync<T>(RotationItem item, Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        if (!_namespaces.TryGetValue(NamespaceOf(item), out NamespaceLease? held))
        {
            return await work(cancellationToken).ConfigureAwait(false);
        }

        try
        {
            CancellationToken lost = (await held.Lease.Value.WaitAsync(cancellationToken).ConfigureAwait(false)).Lost;
            using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lost);
            try
            {
                either.Token.ThrowIfCancellationRequested();
                return await work(either.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (lost.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                throw StoreErrors.LeaseLost(Name, NamespaceOf(item));
            }
        }
        finally
        {
            if (Interlocked.Decrement(ref held.Left) == 0)
            {
                await held.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    /// <summary>Gives back what is held.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (NamespaceLease held in _namespaces.Values.Where(held => held.Left > 0))
        {
            await held.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static string NamespaceOf(RotationItem item) => item.Secret.Id.Namespace ?? "";

    private static async Task<IStoreLease> AcquireAsync(ILeaseStore store, string @namespace, RotationOptions options, CancellationToken cancellationToken)
    {
        try
        {
            return await store.AcquireLeaseAsync(Name, @namespace, TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
        }
        catch (MeshException e) when (e.ErrorId == HeldId && options.Patience > TimeSpan.Zero)
        {
            options.OnWaiting?.Invoke(e.Message);
        }

        return await store.AcquireLeaseAsync(Name, @namespace, options.Patience, cancellationToken).ConfigureAwait(false);
    }

    private sealed class NamespaceLease(Func<Task<IStoreLease>> acquire) : IAsyncDisposable
    {
        internal int Left;

        internal Lazy<Task<IStoreLease>> Lease { get; } = new(acquire);

        public async ValueTask DisposeAsync()
        {
            if (!Lease.IsValueCreated)
            {
                return;
            }

            await ((Task)Lease.Value).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // Why it was not taken, each key has told.
            if (Lease.Value.IsCompletedSuccessfully)
            {
                await (await Lease.Value.ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
            }
        }
    }
}
