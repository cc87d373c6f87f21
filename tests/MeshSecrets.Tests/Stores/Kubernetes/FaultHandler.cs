using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text;

namespace MeshSecrets.Tests.Stores.Kubernetes;

/// <summary>Stands between a store and its cluster, does harm where a test says so, and keeps what went by.</summary>
internal sealed class FaultHandler : DelegatingHandler
{
    private readonly Lock _gate = new();
    private int _number;
    private int _inFlight;
    private long _last;
    private long _busy;
    private long _sum;

    internal FaultHandler(HttpMessageHandler inner)
        : base(inner)
    {
    }

    internal FaultHandler()
        : base(new HttpClientHandler())
    {
    }

    /// <summary>Which harm a request meets, by its number from 1 on; <see langword="null"/> for none.</summary>
    internal Func<HttpRequestMessage, int, Fault?> Choose { get; set; } = (_, _) => null;

    /// <summary>Method and path of each request.</summary>
    internal ConcurrentQueue<string> Requests { get; } = [];

    /// <summary>How many requests were under way, on average over the time in which any was.</summary>
    internal double MeanInFlight
    {
        get
        {
            lock (_gate)
            {
                return _busy == 0 ? 0 : _sum / (double)_busy;
            }
        }
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Requests.Enqueue($"{request.Method} {request.RequestUri!.AbsolutePath}");
        Count(1);
        try
        {
            return Choose(request, Interlocked.Increment(ref _number)) is { } fault
                ? await fault(() => base.SendAsync(request, cancellationToken), cancellationToken)
                : await base.SendAsync(request, cancellationToken);
        }
        finally
        {
            Count(-1);
        }
    }

    private void Count(int change)
    {
        lock (_gate)
        {
            long now = Stopwatch.GetTimestamp();
            if (_inFlight > 0)
            {
                _busy += now - _last;
                _sum += (now - _last) * _inFlight;
            }

            _last = now;
            _inFlight += change;
        }
    }

    /// <summary>Harm to one request, which it may do first.</summary>
    internal delegate Task<HttpResponseMessage> Fault(Func<Task<HttpResponseMessage>> send, CancellationToken cancellationToken);

    /// <summary>The server says something else.</summary>
    internal static Fault Answers(int status, string? retryAfter = null, string body = "", string? date = null) => (_, _) =>
    {
        HttpResponseMessage answer = new((HttpStatusCode)status) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (retryAfter is not null)
        {
            answer.Headers.TryAddWithoutValidation("Retry-After", retryAfter);
        }

        if (date is not null)
        {
            answer.Headers.TryAddWithoutValidation("Date", date);
        }

        return Task.FromResult(answer);
    };

    /// <summary>The same with a body of the API: message and reason.</summary>
    internal static Fault Says(int status, string reason, string message, int? retryAfterSeconds = null) =>
        Answers(status, body: $$"""{"kind":"Status","status":"Failure","reason":"{{reason}}","message":"{{message}}","code":{{status}}{{(retryAfterSeconds is { } seconds ? $$""","details":{"retryAfterSeconds":{{seconds}}}""" : "")}}}""");

    /// <summary>The connection is refused, or cut before the request went.</summary>
    internal static Fault Throws(HttpRequestError error, Exception? inner = null) => (_, _) => throw new HttpRequestException(error, "a fault of the test", inner);

    /// <summary>The request is done, and the connection cut before its answer.</summary>
    internal static Fault CutsAfterDoing() => async (send, _) =>
    {
        using HttpResponseMessage done = await send();
        throw new HttpRequestException(HttpRequestError.ResponseEnded, "a fault of the test", new HttpIOException(HttpRequestError.ResponseEnded, "cut"));
    };

    /// <summary>The request is done, and the connection cut in the middle of its answer.</summary>
    internal static Fault CutsInAnswer() => async (send, cancellationToken) =>
    {
        HttpResponseMessage done = await send();
        byte[] body = await done.Content.ReadAsByteArrayAsync(cancellationToken);
        StreamContent half = new(new CutStream(body[..(body.Length / 2)]));
        half.Headers.ContentType = done.Content.Headers.ContentType;
        done.Content = half;
        return done;
    };

    /// <summary>The request is done, and nothing comes back until the sender gives up.</summary>
    internal static Fault HangsAfterDoing() => async (send, cancellationToken) =>
    {
        using HttpResponseMessage done = await send();
        await Task.Delay(Timeout.Infinite, cancellationToken);
        return done;
    };

    private sealed class CutStream(byte[] content) : MemoryStream(content)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            await base.ReadAsync(buffer, cancellationToken) is > 0 and var read ? read : throw new HttpIOException(HttpRequestError.ResponseEnded, "cut");
    }
}
