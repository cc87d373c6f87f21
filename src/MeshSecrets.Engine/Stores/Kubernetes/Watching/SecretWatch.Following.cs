using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using MeshSecrets.Stores.Kubernetes.Api;

namespace MeshSecrets.Stores.Kubernetes.Watching;

/// <content>Following the events of one connection.</content>
internal sealed partial class SecretWatch
{
    private static readonly TimeSpan s_brief = TimeSpan.FromSeconds(1);

    private int _typeColumn = -1;

    /// <summary>Follows events until the server ends the answer, as it does every few minutes, or has forgotten the position.</summary>
    private async IAsyncEnumerable<SecretChange> FollowAsync(string position, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Not all at the same time when a server has restarted.
        int seconds = Math.Max(1, (int)(store.WatchTimeout.TotalSeconds * (1 + Random.Shared.NextDouble())));
        string path = string.Create(CultureInfo.InvariantCulture, $"{scope.Path}?watch=1&allowWatchBookmarks=true&resourceVersion={Uri.EscapeDataString(position)}&timeoutSeconds={seconds}{scope.Selection}");
        ApiRequest request = new(HttpMethod.Get, path, scope.Target with { Verb = "watch" }) { Accept = ApiRequest.TableOfMetadata };
        using HttpResponseMessage? response = await OpenAsync(request, cancellationToken).ConfigureAwait(false);
        if (response is null)
        {
            yield break;
        }

        // The server ends the answer by itself; one that does not is not there any more, however open the connection looks.
        using CancellationTokenSource overdue = new(TimeSpan.FromSeconds(seconds) + store.Timeout, store.TimeProvider);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, overdue.Token);
        long start = store.TimeProvider.GetTimestamp();
        bool any = false;
        Stream body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (body.ConfigureAwait(false))
        {
            IAsyncEnumerator<WatchEvent> events = WatchConnection.ReadAsync(body, request, either.Token).GetAsyncEnumerator(either.Token);
            await using (events.ConfigureAwait(false))
            {
                while (await MoveAsync(events, cancellationToken).ConfigureAwait(false))
                {
                    if (IsForgotten(events.Current, request))
                    {
                        yield break;
                    }

                    foreach (SecretChange change in await TakeAsync(events.Current, cancellationToken).ConfigureAwait(false))
                    {
                        yield return change;
                    }

                    any = true;
                    Worked();
                }
            }
        }

        if (!any && store.TimeProvider.GetElapsedTime(start) < s_brief)
        {
            // Such an end may come again and again, a proxy's for example.
            throw new IOException("The connection was ended before anything was said.");
        }

        Worked();
    }

    /// <summary>Asks for the events; <see langword="null"/> if the server has forgotten the position.</summary>
    private async Task<HttpResponseMessage?> OpenAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        using CancellationTokenSource overdue = new(store.Timeout, store.TimeProvider);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, overdue.Token);
        HttpResponseMessage? response;
        ApiStatus? failure;
        try
        {
            (response, failure) = await client.OpenAsync(request, either.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw client.Explain(request, e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw client.Explain(request, new TimeoutException("No answer came in time.", e));
        }

        return failure is null ? response : IsForgotten(failure) ? null : throw Refused(failure, request);
    }

    private static async ValueTask<bool> MoveAsync(IAsyncEnumerator<WatchEvent> events, CancellationToken cancellationToken)
    {
        try
        {
            return await events.MoveNextAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException("The connection was silent for longer than the server keeps one.", e);
        }
    }

    private bool IsForgotten(WatchEvent change, ApiRequest request) =>
        change.Type == WatchEvent.Error && (IsForgotten(change.Object.ToStatus()) ? true : throw Refused(change.Object.ToStatus(), request));

    /// <summary>Whether the server does not know any more what came after the position; then all is listed anew.</summary>
    private bool IsForgotten(ApiStatus failure)
    {
        if (failure.StatusCode != HttpStatusCode.Gone)
        {
            return false;
        }

        Tell($"The server has forgotten what happened in {scope.Place} after resource version {_position}: all is listed anew, and what differs is told.");
        _position = null;
        return true;
    }

    private MeshException Refused(ApiStatus failure, ApiRequest request)
    {
        _retryAfter = failure.RetryAfter;
        return KubernetesErrors.From(failure, request, scope.Place);
    }

    private async ValueTask<IEnumerable<SecretChange>> TakeAsync(WatchEvent change, CancellationToken cancellationToken)
    {
        WatchedObject table = change.Object;
        if (table.ColumnDefinitions is { Count: > 0 } columns)
        {
            _typeColumn = SecretPage.TypeColumnOf(columns);
        }

        if (change.Type == WatchEvent.Bookmark || table.Rows is not [{ Object.Metadata: { ResourceVersion: { } version } metadata } row])
        {
            _position = table.Metadata?.ResourceVersion ?? _position;
            return [];
        }

        string type = SecretPage.TypeOf(row, _typeColumn);
        IEnumerable<SecretChange> changes = change.Type switch
        {
            WatchEvent.Added or WatchEvent.Modified when !_known.IsUnchanged(metadata) && !_known.IsHandover(metadata) =>
                Note(metadata, await scope.Describe(metadata, type, cancellationToken).ConfigureAwait(false)),
            WatchEvent.Deleted => _known.Remove(metadata, scope.DescribeGone(metadata, type)),
            _ => [],
        };

        // Only now: what could not be read is told by the server once more.
        _position = version;
        return changes;
    }
}
