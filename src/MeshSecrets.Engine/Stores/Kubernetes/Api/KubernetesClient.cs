using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Runtime.ExceptionServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using MeshSecrets.Stores.Kubernetes.Connecting;
using Polly;

namespace MeshSecrets.Stores.Kubernetes.Api;

/// <summary>
/// Sends requests to the API server, again if need be (<see cref="RequestPatience"/>), and reads the answers.
/// Credentials, TLS and proxies are the handler's business.
/// </summary>
internal sealed class KubernetesClient : IDisposable
{
    private readonly HttpMessageInvoker _http;
    private readonly Uri _server;
    private readonly KubernetesClientOptions _options;
    private readonly RequestPatience _patience;
    private readonly StopGrace _grace;

    /// <param name="handler">Sends; disposed with the client.</param>
    /// <param name="server">The server's root.</param>
    /// <param name="options">How.</param>
    internal KubernetesClient(HttpMessageHandler handler, Uri server, KubernetesClientOptions options)
    {
        _http = new HttpMessageInvoker(handler);
        _server = server;
        _options = options;
        _patience = new RequestPatience(options.TimeProvider, options.RetryFor);
        _grace = new StopGrace(options.TimeProvider);
    }

    /// <summary>The clock.</summary>
    internal TimeProvider Time => _options.TimeProvider;

    /// <summary>Sends a request, and again while that may help, and reads the answer.</summary>
    /// <typeparam name="T">The answer's type.</typeparam>
    /// <param name="request">The request.</param>
    /// <param name="type">How the answer is read.</param>
    /// <param name="cancellationToken">Stops between tries, and a reading under way; a write under way has some seconds to end.</param>
    /// <returns>The answer or the server's refusal.</returns>
    /// <exception cref="MeshException">The server could not be reached, or its answer is none.</exception>
    internal async Task<ApiResult<T>> SendAsync<T>(ApiRequest request, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        bool uncertain = false;
        cancellationToken.ThrowIfCancellationRequested();
        if (!request.IsLast)
        {
            _grace.Reset();
        }

        Outcome<object> outcome = await _patience.TryAsync(request, AttemptAsync, cancellationToken).ConfigureAwait(false);
        if (outcome.Result is Attempt<T> last)
        {
            if (last.Failure is not null)
            {
                SentValues.Hide(last.Failure, request.Body);
            }

            return new ApiResult<T>(last.Value, last.Failure, last.IsUncertain);
        }

        cancellationToken.ThrowIfCancellationRequested();
        if (outcome.Exception is MeshException known)
        {
            ExceptionDispatchInfo.Throw(known);
        }

        throw Explain(request, outcome.Exception!);

        async ValueTask<Outcome<object>> AttemptAsync(CancellationToken token)
        {
            try
            {
                Attempt<T> attempt = request.Method == HttpMethod.Get
                    ? await TryAsync(request, type, token).ConfigureAwait(false)
                    : await TryToEndAsync(request, type, cancellationToken).ConfigureAwait(false);
                Attempt<T> told = attempt with { IsUncertain = uncertain };
                uncertain |= attempt.Failure is { IsTransient: true, IsUncertain: true };
                return Outcome.FromResult<object>(told);
            }
            catch (Exception e)
            {
                uncertain |= !RequestPatience.IsBeforeSending(e);
                return Outcome.FromException<object>(e);
            }
        }
    }

    /// <summary>Opens an answer that goes on for long, in one try.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Stops waiting for its beginning.</param>
    /// <returns>The answer, to be disposed; or the server's refusal.</returns>
    /// <exception cref="HttpRequestException">The server could not be reached; another try is the caller's.</exception>
    internal async Task<(HttpResponseMessage? Response, ApiStatus? Failure)> OpenAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        long start = Time.GetTimestamp();
        HttpResponseMessage response;
        try
        {
            HttpRequestMessage message = ToMessage(request, HttpVersion.Version20);
            ClusterHandler.GoesOnForLong(message);
            response = await _http.SendAsync(message, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            _patience.Note(failure: null, e);
            throw;
        }

        Tell(request, start, ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture));
        if (response.IsSuccessStatusCode)
        {
            return (response, null);
        }

        using (response)
        {
            ApiStatus failure = await ApiStatusReader.ReadAsync(response, Time, cancellationToken).ConfigureAwait(false);
            _patience.Note(failure, exception: null);
            return (null, failure);
        }
    }

    /// <summary>What ends when the time is over that whoever stops waits at most: for requests that give back what was held.</summary>
    internal CancellationTokenSource StartGrace() => new(_grace.Begin(), Time);

    /// <summary>What an exception of a connection means to the user.</summary>
    internal MeshException Explain(ApiRequest request, Exception exception) =>
        _options.Explain(exception) ?? KubernetesErrors.Unreachable(_server, request, exception);

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    /// <summary>A write that is under way ends, and its outcome is told, though the caller stops: unless it takes long.</summary>
    private async Task<Attempt<T>> TryToEndAsync<T>(ApiRequest request, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        cancellationToken.ThrowIfCancellationRequested();
        using CancellationTokenSource late = new(Timeout.InfiniteTimeSpan, Time);
        using CancellationTokenRegistration stopped = cancellationToken.Register(() => late.CancelAfter(_grace.Begin()));
        return await TryAsync(request, type, late.Token).ConfigureAwait(false);
    }

    private async Task<Attempt<T>> TryAsync<T>(ApiRequest request, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        long start = Time.GetTimestamp();
        using TryLimit limit = new(_options.Timeout, Time, cancellationToken);
        cancellationToken = limit.Token;
        try
        {
            HttpRequestMessage message = ToMessage(request, HttpVersion.Version11);
            limit.Limit(message);
            using HttpResponseMessage response = await _http.SendAsync(message, cancellationToken).ConfigureAwait(false);
            Attempt<T> attempt = response.IsSuccessStatusCode
                ? new Attempt<T>(await ReadAsync(response, request, type, cancellationToken).ConfigureAwait(false), Failure: null)
                : new Attempt<T>(Value: null, await ApiStatusReader.ReadAsync(response, Time, cancellationToken).ConfigureAwait(false));
            if (attempt.Failure is not { IsTransient: true })
            {
                _patience.Answered();
            }

            Tell(request, start, ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture));
            return attempt;
        }
        catch (OperationCanceledException) when (limit.IsReached)
        {
            Tell(request, start, nameof(TimeoutException));
            throw new TimeoutException($"There was no answer within {_options.Timeout.TotalSeconds:0.#} s.");
        }
        catch (Exception e) when (_options.OnRequest is not null)
        {
            Tell(request, start, e.GetType().Name);
            throw;
        }
    }

    /// <remarks>
    /// What goes on for long is HTTP/2 where that is offered: all of it shares one connection, however much is watched.
    /// Short requests are HTTP/1.1, each with a connection to itself: measured against a real API server, a thousand
    /// secrets then cost this process two thirds of the processor time, and end sooner (tests/Benchmarks, kubernetes).
    /// </remarks>
    private HttpRequestMessage ToMessage(ApiRequest request, Version version)
    {
        HttpRequestMessage message = new(request.Method, new Uri(_server, request.Path.TrimStart('/')))
        {
            Version = version,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        message.Headers.TryAddWithoutValidation("Accept", request.Accept);
        if (!request.Body.IsEmpty)
        {
            message.Content = new ReadOnlyMemoryContent(request.Body);
            message.Content.Headers.ContentType = new MediaTypeHeaderValue(request.ContentType);
        }

        return message;
    }

    private static async Task<T> ReadAsync<T>(HttpResponseMessage response, ApiRequest request, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        // Not by way of a string or an array of our own: the reader clears its buffers.
        Stream body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (body.ConfigureAwait(false))
        {
            try
            {
                return await JsonSerializer.DeserializeAsync(body, type, cancellationToken).ConfigureAwait(false)
                    ?? throw KubernetesErrors.AnswerInvalid(request);
            }
            catch (JsonException)
            {
                throw KubernetesErrors.AnswerInvalid(request); // Without its cause, which may quote the body.
            }
        }
    }

    private void Tell(ApiRequest request, long start, string outcome) =>
        _options.OnRequest?.Invoke(string.Create(CultureInfo.InvariantCulture, $"{request}: {outcome} in {Time.GetElapsedTime(start).TotalMilliseconds:0} ms"));

    private sealed record Attempt<T>(T? Value, ApiStatus? Failure, bool IsUncertain = false) : IAttempt
        where T : class;
}
