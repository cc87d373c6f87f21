namespace MeshSecrets.Stores.Kubernetes.Leases;

/// <summary>A lease that is held, and renewed in the background until it is given back.</summary>
internal sealed class HeldLease : IStoreLease
{
    private readonly LeaseClient _client;
    private readonly TimeSpan _duration;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _lost = new();
    private readonly CancellationTokenSource _ended = new();
    private readonly Task _renewing;
    private LeaseObject _lease;
    private long _renewed;

    /// <param name="client">The lease.</param>
    /// <param name="lease">As it was taken.</param>
    /// <param name="duration">How long it lasts.</param>
    /// <param name="time">The clock.</param>
    /// <param name="asked">When it was asked for: others may count its life from then on.</param>
    internal HeldLease(LeaseClient client, LeaseObject lease, TimeSpan duration, TimeProvider time, long asked)
    {
        _client = client;
        _lease = lease;
        _duration = duration;
        _time = time;
        _renewed = asked;
        Lost = _lost.Token;
        _renewing = RenewAsync();
    }

    /// <inheritdoc/>
    public CancellationToken Lost { get; }

    /// <summary>What is left before it must be taken for lost: a sixth of its life early, so that what is under way ends in time.</summary>
    private TimeSpan Left => (_duration * 5 / 6) - _time.GetElapsedTime(_renewed);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_ended.IsCancellationRequested)
        {
            return;
        }

        await _ended.CancelAsync().ConfigureAwait(false);
        await _renewing.ConfigureAwait(false);
        if (!_lost.IsCancellationRequested)
        {
            await ReleaseAsync().ConfigureAwait(false);
        }

        _ended.Dispose();
        _lost.Dispose();
    }

    private async Task RenewAsync()
    {
        try
        {
            await RenewUntilLostAsync().ConfigureAwait(false);
        }
        finally
        {
            // Whatever ended it: without renewal the lease is soon another's.
            if (!_ended.IsCancellationRequested)
            {
                await _lost.CancelAsync().ConfigureAwait(false);
            }
        }
    }

    private async Task RenewUntilLostAsync()
    {
        TimeSpan pause = _duration / 3;
        while (true)
        {
            await Task.Delay(pause, _time, _ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_ended.IsCancellationRequested)
            {
                return;
            }

            if (Left is var left && left <= TimeSpan.Zero)
            {
                return;
            }

            using CancellationTokenSource late = new(left, _time);
            using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(late.Token, _ended.Token);
            long asked = _time.GetTimestamp();
            try
            {
                if (!await TryChangeAsync(_client, spec => spec.Renew(_time.GetUtcNow()), stop.Token).ConfigureAwait(false))
                {
                    return;
                }

                _renewed = asked;
                pause = _duration / 3;
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                pause = TimeSpan.Zero; // Whichever it was, the next round knows.
            }
            catch (MeshException)
            {
                pause = _duration / 12; // It is ours for some time still: what failed may pass.
            }
        }
    }

    /// <returns>Whether it was ours, and so was changed.</returns>
    private async Task<bool> TryChangeAsync(LeaseClient client, Action<LeaseSpec> change, CancellationToken cancellationToken)
    {
        string? identity = _lease.Spec.HolderIdentity;
        while (_lease.Spec.HolderIdentity == identity)
        {
            change(_lease.Spec);
            if (await client.TryUpdateAsync(_lease, cancellationToken).ConfigureAwait(false) is { } changed)
            {
                _lease = changed;
                return true;
            }

            // Somebody else took it or labelled it, or it was removed; or the answer to our own change was lost.
            if (await client.GetAsync(cancellationToken).ConfigureAwait(false) is not { } present)
            {
                return false;
            }

            _lease = present;
        }

        return false;
    }

    private async Task ReleaseAsync()
    {
        using CancellationTokenSource limit = _client.StartGrace();
        try
        {
            await TryChangeAsync(_client.Last, spec => spec.Release(_time.GetUtcNow()), limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is MeshException or OperationCanceledException)
        {
            return; // The server is not there for it. What the lease was for is done, and it runs out by itself.
        }
    }
}
