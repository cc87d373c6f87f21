using System.Runtime.CompilerServices;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;

namespace MeshSecrets.Watching;

/// <summary>Tells what happens to the certificates of a store: changes as the store tells them, and, as time passes, which are due.</summary>
/// <param name="store">The store.</param>
/// <param name="time">The clock.</param>
public sealed class CertificateWatch(IWatchableStore store, TimeProvider time)
{
    private const int MaxAtOnce = 1000;

    // A timer does not notice that the clock was set or that the machine slept.
    private static readonly TimeSpan s_longestWait = TimeSpan.FromHours(1);

    /// <summary>Tells of certificates for as long as it is read.</summary>
    /// <param name="query">Which secrets; of those, the ones with a certificate count.</param>
    /// <param name="options">What is told.</param>
    /// <param name="cancellationToken">Ends the watch.</param>
    /// <returns>The events, those of one secret in their order.</returns>
    /// <exception cref="MeshException">As <see cref="IWatchableStore.WatchAsync"/>.</exception>
    public async IAsyncEnumerable<CertificateEvent> RunAsync(SecretQuery query, CertificateWatchOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        SecretQuery certificates = query.Types.IsDefaultOrEmpty ? query with { Types = [SecretType.Tls, SecretType.CertificateAuthority] } : query;
        SecretWatchOptions watch = new() { IncludePresent = true, OnBreak = options.OnBreak, OnTrouble = options.OnTrouble };
        ExpirySchedule schedule = new(options.Policy);
        using CancellationTokenSource left = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        IAsyncEnumerator<SecretChange> changes = store.WatchAsync(certificates, watch, left.Token).GetAsyncEnumerator(left.Token);
        Task<bool> next = changes.MoveNextAsync().AsTask();
        int atOnce = 0;
        try
        {
            while (true)
            {
                // What has changed comes first, for what was renewed in time is not due; but it must not keep what is due waiting for ever.
                if (next.IsCompleted && atOnce++ < MaxAtOnce)
                {
                    if (!await next.ConfigureAwait(false))
                    {
                        yield break;
                    }

                    SecretChange change = changes.Current;
                    Note(schedule, change);
                    if (EventOf(change) is { } happened && (happened.Kind != CertificateEventKind.Present || options.IncludePresent))
                    {
                        yield return happened;
                    }

                    next = changes.MoveNextAsync().AsTask();
                    continue;
                }

                atOnce = 0;
                while (schedule.TryTakeDue(time.GetUtcNow(), out CertificateEvent? expiring))
                {
                    yield return expiring;
                }

                await WaitAsync(next, schedule.Next, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            await left.CancelAsync().ConfigureAwait(false);
            await next.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default).ConfigureAwait(false);
            await changes.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Waits for the next change, or until the next certificate is due.</summary>
    private async Task WaitAsync(Task next, DateTimeOffset? due, CancellationToken cancellationToken)
    {
        if (due is not { } moment)
        {
            await Task.WhenAny(next).WaitAsync(cancellationToken).ConfigureAwait(false);
            return;
        }

        TimeSpan wait = moment - time.GetUtcNow();
        using CancellationTokenSource enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task timer = Task.Delay(wait < TimeSpan.Zero ? TimeSpan.Zero : wait < s_longestWait ? wait : s_longestWait, time, enough.Token);
        await Task.WhenAny(next, timer).ConfigureAwait(false);
        await enough.CancelAsync().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
    }

    private static void Note(ExpirySchedule schedule, SecretChange change)
    {
        if (change.Former is { } former && former.Id != change.Secret.Id)
        {
            schedule.Remove(former.Id); // Its mesh is a label, which somebody changed.
        }

        if (change.Kind != SecretChangeKind.Removed && change.Secret.Certificate is { } certificate)
        {
            schedule.Set(change.Secret.Id, change.Secret.Type, certificate);
        }
        else
        {
            schedule.Remove(change.Secret.Id);
        }
    }

    private CertificateEvent? EventOf(SecretChange change)
    {
        string? after = change.Kind == SecretChangeKind.Removed ? null : change.Secret.Certificate?.Thumbprint;
        string? before = change.Former?.Thumbprint;
        CertificateEventKind? kind = (before, after) switch
        {
            (null, null) => null,
            (null, _) when change.Kind == SecretChangeKind.Present => CertificateEventKind.Present,
            (null, _) => CertificateEventKind.Issued,
            (_, null) => CertificateEventKind.Removed,
            _ when before == after => CertificateEventKind.Changed,
            _ => CertificateEventKind.Rotated,
        };
        return kind is { } happened
            ? new CertificateEvent(
                happened,
                change.Secret.Id,
                change.Secret.Type,
                after ?? before,
                happened == CertificateEventKind.Rotated ? before : null,
                after is null ? change.Former?.NotAfter : change.Secret.Certificate?.NotAfter,
                time.GetUtcNow())
            : null;
    }
}
