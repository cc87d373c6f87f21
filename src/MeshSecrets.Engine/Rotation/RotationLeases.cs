using System.Runtime.CompilerServices;
using MeshSecrets.Stores;

namespace MeshSecrets.Rotation;

/// <summary>
/// The leases of the namespaces that a rotation works in, so that no two runners issue for the same key. Each is taken with
/// the first key of its namespace, and given back after the last. Where another runner is, the work is put aside until
/// all else is done.
/// </summary>
internal sealed class RotationLeases : IAsyncDisposable
{
    /// <summary>What is leased.</summary>
    private const string Name = "rotation";

    private const string HeldId = "LeaseHeld";

    private readonly Dictionary<string, NamespaceLease> _namespaces;
    private readonly RotationOptions _options;
    private readonly CancellationTokenSource _end;

    /// <param name="store">The store; one that knows no leases has one runner, or settles it by each write.</param>
    /// <param name="items">All that will be worked on.</param>
    /// <param name="options">How long to wait for another runner.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    internal RotationLeases(ISecretStore store, IEnumerable<RotationItem> items, RotationOptions options, CancellationToken cancellationToken)
    {
        _options = options;
        _end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _namespaces = store is ILeaseStore leasing
            ? items.GroupBy(NamespaceOf, StringComparer.Ordinal).ToDictionary(
                group => group.Key,
                group => new NamespaceLease([.. group], patience => leasing.AcquireLeaseAsync(Name, group.Key, patience, _end.Token)),
                StringComparer.Ordinal)
            : [];
    }

    /// <summary>Does something under the lease of a namespace; the loss of the lease stops it.</summary>
    /// <typeparam name="T">What it results in.</typeparam>
    /// <param name="item">What it is done with; each item once, and once more if it was put aside.</param>
    /// <param name="work">Does it.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The result; none if another runner is there, and there is patience to <see cref="WaitForOthersAsync">wait</see> for it.</returns>
    /// <exception cref="MeshException"><c>LeaseHeld</c>, <c>LeaseLost</c>, or a failure of the store.</exception>
    internal async Task<T?> HoldAsync<T>(RotationItem item, Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
        where T : class
    {
        if (!_namespaces.TryGetValue(NamespaceOf(item), out NamespaceLease? held))
        {
            return await work(cancellationToken).ConfigureAwait(false);
        }

        bool isAside = false;
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
        catch (MeshException e) when (e.ErrorId == HeldId && !held.IsWaitedFor && _options.Patience > TimeSpan.Zero)
        {
            held.Holder = e.Message;
            isAside = true;
            return null;
        }
        finally
        {
            if (!isAside && Interlocked.Decrement(ref held.Left) == 0)
            {
                await held.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    /// <summary>Waits for the other runners, for all at the same time. To be asked when everything else is done.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The work of one namespace after the other, each as soon as the runner there is done or the patience is over.</returns>
    internal async IAsyncEnumerable<IReadOnlyList<RotationItem>> WaitForOthersAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Dictionary<Task, NamespaceLease> waiting = _namespaces.Values.Where(lease => lease.Holder is not null).ToDictionary(lease => (Task)lease.Wait(_options));
        await foreach (Task over in Task.WhenEach(waiting.Keys).WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            yield return waiting[over].Items;
        }
    }

    /// <summary>Gives back what is held, and waits for nobody any longer.</summary>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync().ConfigureAwait(false);
        foreach (NamespaceLease held in _namespaces.Values.Where(held => held.Left > 0))
        {
            await held.DisposeAsync().ConfigureAwait(false);
        }

        _end.Dispose();
    }

    private static string NamespaceOf(RotationItem item) => item.Secret.Id.Namespace ?? "";

    private sealed class NamespaceLease(IReadOnlyList<RotationItem> items, Func<TimeSpan, Task<IStoreLease>> acquire) : IAsyncDisposable
    {
        internal int Left = items.Count;

        internal IReadOnlyList<RotationItem> Items => items;

        internal Lazy<Task<IStoreLease>> Lease { get; private set; } = new(() => acquire(TimeSpan.Zero));

        /// <summary>Who held it when the first key came, in a sentence.</summary>
        internal string? Holder { get; set; }

        internal bool IsWaitedFor { get; private set; }

        internal Task<IStoreLease> Wait(RotationOptions options)
        {
            options.OnWaiting?.Invoke(Holder!);
            IsWaitedFor = true;
            Lease = new(acquire(options.Patience));
            return Lease.Value;
        }

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
