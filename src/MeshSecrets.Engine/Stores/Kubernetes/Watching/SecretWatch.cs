using System.Globalization;
using System.Runtime.CompilerServices;
using MeshSecrets.Secrets;
using MeshSecrets.Stores.Kubernetes.Api;

namespace MeshSecrets.Stores.Kubernetes.Watching;

/// <summary>
/// One watch: lists what is there, then follows the server's events from that moment on, through cut connections and
/// restarts. When the server has forgotten where it was, it lists anew and tells what differs.
/// </summary>
/// <remarks>See <see href="https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes"/>.</remarks>
internal sealed partial class SecretWatch(KubernetesClient client, KubernetesStoreOptions store, WatchScope scope, SecretWatchOptions options)
{
    private readonly KnownSecrets _known = new(scope.PendingWriteId);
    private readonly WatchPatience _patience = new(store.TimeProvider, store.RetryFor);
    private bool _isListed;
    private bool _isTroubleTold;
    private string? _position;
    private TimeSpan? _retryAfter;

    /// <summary>Tells of changes until it is cancelled.</summary>
    internal async IAsyncEnumerable<SecretChange> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            Exception? failure = null;
            IAsyncEnumerator<SecretChange> changes = (_position is null ? ListAsync(cancellationToken) : FollowAsync(_position, cancellationToken)).GetAsyncEnumerator(cancellationToken);
            await using (changes.ConfigureAwait(false))
            {
                while (true)
                {
                    try
                    {
                        if (!await changes.MoveNextAsync().ConfigureAwait(false))
                        {
                            break;
                        }
                    }
                    catch (Exception e) when (e is ObjectDisposedException || e.InnerException is ObjectDisposedException)
                    {
                        throw KubernetesErrors.Closed(store.Connection.Server);
                    }
                    catch (Exception e) when (_patience.Bears(e))
                    {
                        failure = e;
                        break;
                    }

                    yield return changes.Current;
                }
            }

            if (failure is not null)
            {
                await WaitAsync(failure, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task WaitAsync(Exception failure, CancellationToken cancellationToken)
    {
        TimeSpan delay = _patience.NextDelay(_retryAfter);
        _retryAfter = null;
        if (_patience.IsInTrouble && !_isTroubleTold)
        {
            _isTroubleTold = true;
            options.OnTrouble?.Invoke($"The watch of {scope.Place} breaks again and again, so that nothing is told of it now: {failure.Message} It is tried until it goes on; what changes meanwhile is told then.");
        }

        Tell(string.Create(CultureInfo.InvariantCulture, $"The watch of {scope.Place} broke: {failure.Message} It is taken up again in {delay.TotalSeconds:0.0} s."));
        await Task.Delay(delay, store.TimeProvider, cancellationToken).ConfigureAwait(false);
    }

    private void Worked()
    {
        _patience.Worked();
        if (_isTroubleTold)
        {
            _isTroubleTold = false;
            options.OnTrouble?.Invoke($"The watch of {scope.Place} goes on.");
        }
    }

    private void Tell(string message) => options.OnBreak?.Invoke(message);

    /// <summary>Lists what is there and tells what differs from what is known; begins anew if the server forgets the listing half-way.</summary>
    private async IAsyncEnumerable<SecretChange> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        _known.BeginListing();
        string? token = null;
        string? moment = null;
        do
        {
            SecretPage page = await scope.ReadPage(token, cancellationToken).ConfigureAwait(false);
            if (page.IsExpired)
            {
                yield break;
            }

            token = page.Continue;
            moment ??= page.ResourceVersion;
            foreach ((ObjectMeta metadata, SecretMetadata? secret) in await DescribeAsync(page, cancellationToken).ConfigureAwait(false))
            {
                foreach (SecretChange change in Note(metadata, secret))
                {
                    yield return change;
                }
            }
        }
        while (token is not null);

        foreach (SecretChange change in Told(_known.EndListing()))
        {
            yield return change;
        }

        Worked();
        _isListed = true;
        _position = moment ?? throw KubernetesErrors.AnswerInvalid(ListRequest);
    }

    /// <summary>What is new of a page; what others wrote is read, several at once.</summary>
    private async Task<IReadOnlyList<(ObjectMeta Metadata, SecretMetadata? Secret)>> DescribeAsync(SecretPage page, CancellationToken cancellationToken)
    {
        (ObjectMeta Metadata, string Type)[] fresh = [.. page.Items.Where(item => !_known.IsUnchanged(item.Metadata))];
        SecretMetadata?[] described = new SecretMetadata?[fresh.Length];
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = store.MaxConnections, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, fresh.Length, parallel, async (i, token) =>
            described[i] = await scope.Describe(fresh[i].Metadata, fresh[i].Type, token).ConfigureAwait(false)).ConfigureAwait(false);
        return [.. fresh.Select((item, i) => (item.Metadata, described[i]))];
    }

    private IEnumerable<SecretChange> Note(ObjectMeta metadata, SecretMetadata? secret) =>
        Told(secret is null ? _known.Remove(metadata, secret: null) : _known.Note(metadata, secret));

    /// <summary>What of the changes is told: at first, those that ask for it are told what is there.</summary>
    private IEnumerable<SecretChange> Told(IEnumerable<SecretChange> changes) =>
        _isListed ? changes
        : options.IncludePresent ? changes.Select(change => change.Kind == SecretChangeKind.Added ? change with { Kind = SecretChangeKind.Present } : change)
        : [];

    private ApiRequest ListRequest => new(HttpMethod.Get, scope.Path, scope.Target);
}
