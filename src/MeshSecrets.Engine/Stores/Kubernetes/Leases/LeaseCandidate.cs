namespace MeshSecrets.Stores.Kubernetes.Leases;

/// <summary>
/// Tries to take a lease. Times that others wrote are never compared with the clock here: a lease has run out when it was
/// seen unchanged for as long as it lasts, so clocks that differ do no harm.
/// </summary>
/// <param name="client">The lease.</param>
/// <param name="identity">Whom the lease names as its holder; of this one taking alone.</param>
/// <param name="duration">How long the lease lasts unless it is renewed.</param>
/// <param name="time">The clock.</param>
internal sealed class LeaseCandidate(LeaseClient client, string identity, TimeSpan duration, TimeProvider time)
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(2);

    /// <summary>Takes the lease, waiting for another holder.</summary>
    /// <exception cref="MeshException"><c>LeaseHeld</c> when the patience is over.</exception>
    internal async Task<HeldLease> AcquireAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        long start = time.GetTimestamp();
        (string Version, long Since) seen = ("", start);
        long asked = start;
        while (true)
        {
            long looked = time.GetTimestamp();
            LeaseObject? found = await client.GetAsync(cancellationToken).ConfigureAwait(false);
            if (found?.Spec.HolderIdentity == identity)
            {
                return Hold(found, asked); // Taken by a request whose answer was lost.
            }

            // Its silence is counted from after the answer that first showed it to before the question that last did: too short rather than too long.
            seen = found is not null && found.ResourceVersion == seen.Version ? seen : (found?.ResourceVersion ?? "", time.GetTimestamp());
            TimeSpan left = found is null || found.Spec.IsFree ? TimeSpan.Zero : LifeOf(found.Spec) - time.GetElapsedTime(seen.Since, looked);
            if (left <= TimeSpan.Zero)
            {
                asked = time.GetTimestamp();
                try
                {
                    if (await TakeAsync(found, cancellationToken).ConfigureAwait(false) is { } taken)
                    {
                        return Hold(taken, asked);
                    }
                }
                catch (OperationCanceledException)
                {
                    await GiveBackAsync(asked).ConfigureAwait(false);
                    throw;
                }

                continue; // Somebody was faster.
            }

            TimeSpan patienceLeft = patience - time.GetElapsedTime(start);
            if (patienceLeft <= TimeSpan.Zero)
            {
                throw LeaseErrors.Held(client.Name, client.Namespace, found!.Spec);
            }

            await Task.Delay(Min(s_pause, Min(left, patienceLeft)), time, cancellationToken).ConfigureAwait(false);
        }
    }

    private static TimeSpan LifeOf(LeaseSpec spec) => TimeSpan.FromSeconds(spec.LeaseDurationSeconds ?? 0);

    private static TimeSpan Min(TimeSpan left, TimeSpan right) => left < right ? left : right;

    private HeldLease Hold(LeaseObject taken, long asked) => new(client, taken, duration, time, asked);

    /// <summary>Who is stopped while it takes the lease may have it already: nobody shall wait for its end in vain.</summary>
    private async Task GiveBackAsync(long asked)
    {
        using CancellationTokenSource limit = client.StartGrace();
        try
        {
            if (await client.Last.GetAsync(limit.Token).ConfigureAwait(false) is { } found && found.Spec.HolderIdentity == identity)
            {
                await Hold(found, asked).DisposeAsync().ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is MeshException or OperationCanceledException)
        {
            return; // The server is not there for it. If it was taken, it runs out by itself.
        }
    }

    private Task<LeaseObject?> TakeAsync(LeaseObject? found, CancellationToken cancellationToken)
    {
        LeaseSpec spec = found?.Spec ?? new LeaseSpec();
        spec.Take(identity, duration, time.GetUtcNow());
        return found is null ? client.TryCreateAsync(spec, cancellationToken) : client.TryUpdateAsync(found, cancellationToken);
    }
}
