using System.Net;
using Polly;
using Polly.Retry;

namespace MeshSecrets.Stores.Kubernetes.Api;

/// <summary>
/// Repeats what a busy, restarting or unreachable server did not answer, for a while. All requests of a client share it:
/// once one has waited for a server in vain, no other one waits as long again, until the server answers.
/// </summary>
/// <remarks>
/// A server that has just started refuses whom it knows (403, 401): it listens before it has read the roles and the keys of
/// service accounts. Therefore a refusal is borne for some moments after the server was away, and never else.
/// </remarks>
internal sealed class RequestPatience
{
    private static readonly ResiliencePropertyKey<ApiRequest> s_request = new("request");
    private static readonly ResiliencePropertyKey<long> s_start = new("start");

    // How long after the last sign of its absence a server may not know all yet that it is to know.
    private static readonly TimeSpan s_starting = TimeSpan.FromSeconds(30);

    private readonly TimeProvider _time;
    private readonly TimeSpan _retryFor;
    private readonly ResiliencePipeline<object> _pipeline;

    // When the server last answered, and whether a request has waited in vain since.
    private long _lastAnswer;
    private volatile bool _isAway;

    // When there was last a sign that it is not there.
    private long _lastAbsence = long.MinValue;

    /// <param name="time">The clock.</param>
    /// <param name="retryFor">How long a request is repeated.</param>
    internal RequestPatience(TimeProvider time, TimeSpan retryFor)
    {
        (_time, _retryFor) = (time, retryFor);
        _pipeline = new ResiliencePipelineBuilder<object> { TimeProvider = time }
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

    /// <summary>Notes that the server is there.</summary>
    internal void Answered()
    {
        Volatile.Write(ref _lastAnswer, _time.GetTimestamp());
        _isAway = false;
    }

    /// <summary>Notes what became of a try, if it is a sign that the server is not there.</summary>
    internal void Note(ApiStatus? failure, Exception? exception)
    {
        if (exception is not null ? IsAbsence(exception) : failure is { Code: >= 500, IsTransient: true })
        {
            Volatile.Write(ref _lastAbsence, _time.GetTimestamp());
        }
    }

    /// <summary>Tries a request until it is answered for good, or another try is not worth it.</summary>
    /// <param name="request">The request.</param>
    /// <param name="attempt">One try: an <see cref="IAttempt"/>, or the exception of a connection.</param>
    /// <param name="cancellationToken">Stops between tries.</param>
    /// <returns>The last try's outcome.</returns>
    internal async Task<Outcome<object>> TryAsync(ApiRequest request, Func<CancellationToken, ValueTask<Outcome<object>>> attempt, CancellationToken cancellationToken)
    {
        ResilienceContext context = ResilienceContextPool.Shared.Get(cancellationToken);
        context.Properties.Set(s_request, request);
        context.Properties.Set(s_start, _time.GetTimestamp());
        try
        {
            return await _pipeline.ExecuteOutcomeAsync(static (context, attempt) => attempt(context.CancellationToken), context, attempt).ConfigureAwait(false);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    /// <summary>Whether a failure came before anything of the request was sent, so that it surely had no effect.</summary>
    internal static bool IsBeforeSending(Exception exception) => IsConnectTimeout(exception) || exception is HttpRequestException
    {
        HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError,
    };

    /// <summary>Whether the handler gave up connecting, which it tells as a cancellation.</summary>
    private static bool IsConnectTimeout(Exception exception) => exception is OperationCanceledException { InnerException: TimeoutException };

    private static bool IsAbsence(Exception exception) =>
        exception is HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError }
            ? exception.InnerException is IOException // A wrong certificate stays wrong; a handshake that was cut does not.
            : exception is HttpRequestException or IOException or TimeoutException || IsConnectTimeout(exception);

    /// <summary>Whether the server may refuse what it will allow when it has started wholly.</summary>
    private bool MayStillStart => Volatile.Read(ref _lastAbsence) is var last and not long.MinValue && _time.GetElapsedTime(last) < s_starting;

    private bool IsWorthAnotherTry(ResilienceContext context, Outcome<object> outcome)
    {
        Note((outcome.Result as IAttempt)?.Failure, outcome.Exception);
        ApiRequest request = context.Properties.GetValue(s_request, null!);
        TimeSpan left = _retryFor - _time.GetElapsedTime(context.Properties.GetValue(s_start, 0));
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
            { Result: IAttempt { Failure.StatusCode: HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized } } => MayStillStart,
            { Exception: { } e } => IsAbsence(e),
            _ => false,
        };
    }
}

/// <summary>What came of one try.</summary>
internal interface IAttempt
{
    /// <summary>The server's refusal, if it is one.</summary>
    ApiStatus? Failure { get; }
}
