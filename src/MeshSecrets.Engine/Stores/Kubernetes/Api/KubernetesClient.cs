using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Runtime.ExceptionServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using MeshSecrets.Stores.Kubernetes.Connecting;
using Polly;
using Polly.Retry;

namespace MeshSecrets.Stores.Kubernetes.Api;

/// <summary>
/// Sends requests to the API server, and repeats those that a busy, restarting or unreachable server did not answer.
/// Credentials, TLS and proxies are the handler's business.
/// </summary>
internal sealed class KubernetesClient : IDisposable
{
    private static readonly ResiliencePropertyKey<ApiRequest> s_request = new("request");
    private static readonly ResiliencePropertyKey<long> s_start = new("start");

    // How long a write under way may still take when the caller has stopped.
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(5);

    private readonly HttpMessageInvoker _http;
    private readonly Uri _server;
    private readonly KubernetesClientOptions _options;
    private readonly ResiliencePipeline<object> _patience;

    // When the server last answered, and whether a request has waited in vain since: then no other one waits as long again.
    private long _lastAnswer;
    private volatile bool _isAway;

    /// <param name="handler">Sends; disposed with the client.</param>
    /// <param name="server">The server's root.</param>
    /// <param name="options">How.</param>
    internal KubernetesClient(HttpMessageHandler handler, Uri server, KubernetesClientOptions options)
    {
        _http = new HttpMessageInvoker(handler);
        _server = server;
        _options = options;
        _patience = new ResiliencePipelineBuilder<object> { TimeProvider = options.TimeProvider }
            .AddRetry(new RetryStrategyOptions<object>
            {
                MaxRetryAttempts = int.MaxValue,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = TimeSpan.FromMilliseconds(100),
                MaxDelay = TimeSpan.FromSeconds(5),
                ShouldHandle = args => ValueTask.FromResult(IsWorthAnotherTry(args.Context, args.Outcome)),
                DelayGenerator = args => ValueTask.FromResult((args.Outcome.Result as IAttempt)?.Failure?.RetryAfter),
            })
            .Build();
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
        ResilienceContext context = ResilienceContextPool.Shared.Get(cancellationToken);
        context.Properties.Set(s_request, request);
        context.Properties.Set(s_start, Time.GetTimestamp());
        bool uncertain = false;
        try
        {
            Outcome<object> outcome = await _patience.ExecuteOutcomeAsync(
                async (ctx, _) =>
                {
                    try
                    {
                        Attempt<T> attempt = request.Method == HttpMethod.Get
                            ? await TryAsync(request, type, ctx.CancellationToken).ConfigureAwait(false)
                            : await TryToEndAsync(request, type, cancellationToken).ConfigureAwait(false);
                        Attempt<T> told = attempt with { IsUncertain = uncertain };
                        uncertain |= attempt.Failure is { IsTransient: true, IsUncertain: true };
                        return Outcome.FromResult<object>(told);
                    }
                    catch (Exception e)
                    {
                        uncertain |= !IsBeforeSending(e);
                        return Outcome.FromException<object>(e);
                    }
                },
                context,
                state: 0).ConfigureAwait(false);
            if (outcome.Result is Attempt<T> last)
            {
                return new ApiResult<T>(last.Value, last.Failure, last.IsUncertain);
            }

            cancellationToken.ThrowIfCancellationRequested();
            if (outcome.Exception is MeshException known)
            {
                ExceptionDispatchInfo.Throw(known);
            }

            throw Explain(request, outcome.Exception!);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
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
        HttpResponseMessage response = await _http.SendAsync(ToMessage(request, HttpVersion.Version20), cancellationToken).ConfigureAwait(false);
        Tell(request, start, ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture));
        if (response.IsSuccessStatusCode)
        {
            return (response, null);
        }

        using (response)
        {
            return (null, await ApiStatusReader.ReadAsync(response, Time, cancellationToken).ConfigureAwait(false));
        }
    }

    /// <summary>What an exception of a connection means to the user.</summary>
    internal MeshException Explain(ApiRequest request, Exception exception) =>
        _options.Explain(exception) ?? KubernetesErrors.Unreachable(_server, request, exception);

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    /// <summary>Whether a failure came before anything of the request was sent, so that it surely had no effect.</summary>
    private static bool IsBeforeSending(Exception exception) => IsConnectTimeout(exception) || exception is HttpRequestException
    {
        HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError,
    };

    /// <summary>Whether the handler gave up connecting, which it tells as a cancellation.</summary>
    private static bool IsConnectTimeout(Exception exception) => exception is OperationCanceledException { InnerException: TimeoutException };

    private bool IsWorthAnotherTry(ResilienceContext context, Outcome<object> outcome)
    {
        ApiRequest request = context.Properties.GetValue(s_request, null!);
        TimeSpan left = _options.RetryFor - Time.GetElapsedTime(context.Properties.GetValue(s_start, 0));
        if (left <= TimeSpan.Zero && Volatile.Read(ref _lastAnswer) < context.Properties.GetValue(s_start, 0))
        {
            _isAway = true;
        }

        if (request.IsImpatient || _isAway || context.CancellationToken.IsCancellationRequested || left <= TimeSpan.Zero)
        {
            return false;
        }

        return outcome switch
        {
            // Who is asked to wait longer than there is patience for says so now.
            { Result: IAttempt { Failure: { IsTransient: true } failure } } => failure.RetryAfter is not { } wait || wait <= left,
            { Exception: HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } e } => e.InnerException is IOException, // A wrong certificate stays wrong; a handshake that was cut does not.
            { Exception: HttpRequestException or IOException or TimeoutException } => true,
            { Exception: { } e } => IsConnectTimeout(e),
            _ => false,
        };
    }

    /// <summary>A write that is under way ends, and its outcome is told, though the caller stops: unless it takes long.</summary>
    private async Task<Attempt<T>> TryToEndAsync<T>(ApiRequest request, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        cancellationToken.ThrowIfCancellationRequested();
        using CancellationTokenSource late = new(Timeout.InfiniteTimeSpan, Time);
        using CancellationTokenRegistration stopped = cancellationToken.Register(() => late.CancelAfter(s_grace));
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
                Volatile.Write(ref _lastAnswer, Time.GetTimestamp());
                _isAway = false;
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

    private interface IAttempt
    {
        ApiStatus? Failure { get; }
    }

    private sealed record Attempt<T>(T? Value, ApiStatus? Failure, bool IsUncertain = false) : IAttempt
        where T : class;
}
