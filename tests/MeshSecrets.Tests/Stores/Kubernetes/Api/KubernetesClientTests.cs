using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using MeshSecrets.Stores.Kubernetes.Api;

namespace MeshSecrets.Tests.Stores.Kubernetes.Api;

/// <summary>Which requests are repeated, when, and what is known of those whose answer was lost.</summary>
public sealed class KubernetesClientTests : IDisposable
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(30);
    private static readonly HttpResponseMessage s_never = new();

    private readonly TimerClock _clock = new() { Skips = length => length != s_timeout };
    private readonly FaultHandler _faults = new();
    private readonly KubernetesClient _client;

    public KubernetesClientTests() =>
        _client = new KubernetesClient(_faults, new Uri("https://cluster.invalid/"), new KubernetesClientOptions { TimeProvider = _clock, Timeout = s_timeout, RetryFor = TimeSpan.FromMinutes(1) });

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _client.Dispose();

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    [InlineData(500)]
    public async Task A_server_that_asks_for_patience_gets_it(int status)
    {
        Meets(FaultHandler.Answers(status, retryAfter: "7"), Good());
        Assert.Equal("v9", (await SendAsync()).Value!.Metadata.Name);
        Assert.Equal([TimeSpan.FromSeconds(7)], _clock.Skipped);
    }

    [Fact]
    public async Task Patience_is_asked_for_by_a_moment_too()
    {
        Meets(FaultHandler.Answers(503, retryAfter: (_clock.GetUtcNow() + TimeSpan.FromSeconds(9)).ToString("R")), Good());
        Assert.NotNull((await SendAsync()).Value);
        TimeSpan waited = Assert.Single(_clock.Skipped);
        Assert.InRange(waited, TimeSpan.FromSeconds(8), TimeSpan.FromSeconds(9));
    }

    [Fact]
    public async Task A_moment_is_one_of_the_servers_clock_if_it_tells_it()
    {
        Meets(FaultHandler.Answers(429, retryAfter: "Tue, 01 Jan 2030 00:00:05 GMT", date: "Tue, 01 Jan 2030 00:00:00 GMT"), Good());
        Assert.NotNull((await SendAsync()).Value);
        Assert.Equal([TimeSpan.FromSeconds(5)], _clock.Skipped);
    }

    [Fact]
    public async Task Patience_is_asked_for_in_the_answer_too()
    {
        Meets(FaultHandler.Says(500, "ServerTimeout", "try again", retryAfterSeconds: 3), Good());
        Assert.NotNull((await SendAsync()).Value);
        Assert.Equal([TimeSpan.FromSeconds(3)], _clock.Skipped);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("Tue, 01 Jan 2019 00:00:00 GMT")]
    [InlineData("soon")]
    public async Task Without_a_time_to_wait_the_usual_pauses_hold(string retryAfter)
    {
        Meets(FaultHandler.Answers(429, retryAfter), FaultHandler.Answers(429, retryAfter), Good());
        Assert.NotNull((await SendAsync()).Value);
        Assert.Equal(2, _clock.Skipped.Count);
        Assert.All(_clock.Skipped, pause => Assert.InRange(pause, TimeSpan.FromTicks(1), TimeSpan.FromSeconds(5)));
    }

    [Fact]
    public async Task Who_is_to_wait_longer_than_there_is_patience_for_is_told_now()
    {
        Meets(FaultHandler.Answers(429, retryAfter: "61"));
        Assert.Equal(HttpStatusCode.TooManyRequests, (await SendAsync()).Failure!.StatusCode);
        Assert.Empty(_clock.Skipped);
    }

    [Fact]
    public async Task Patience_ends()
    {
        _faults.Choose = (_, _) => FaultHandler.Answers(503);
        DateTimeOffset start = _clock.GetUtcNow();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await SendAsync()).Failure!.StatusCode);
        Assert.InRange(_clock.GetUtcNow() - start, TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(66));
    }

    [Theory]
    [InlineData("etcdserver: leader changed", true)]
    [InlineData("etcdserver: request timed out", true)]
    [InlineData("rpc error: code = Unavailable desc = transport is closing", true)]
    [InlineData("etcdserver: request is too large", false)]
    [InlineData("Internal error occurred: failed calling webhook", false)]
    public async Task A_failure_of_the_server_passes_if_it_is_one_of_its_database(string message, bool passes)
    {
        Meets(FaultHandler.Says(500, "InternalError", message), Good());
        ApiResult<MetadataObject> result = await SendAsync();
        Assert.Equal(passes, result.Value is not null);
        Assert.Equal(passes ? 2 : 1, _faults.Requests.Count);
    }

    [Fact]
    public async Task Refused_cut_and_late_connections_are_tried_again()
    {
        Meets(
            FaultHandler.Throws(HttpRequestError.ConnectionError, new SocketException((int)SocketError.ConnectionRefused)),
            FaultHandler.Throws(HttpRequestError.SecureConnectionError, new IOException("an unexpected end")),
            (_, _) => throw new TaskCanceledException("late", new TimeoutException()),
            FaultHandler.Throws(HttpRequestError.ResponseEnded),
            (_, _) => Task.FromResult(new HttpResponseMessage { Content = new StreamContent(new CutContent()) }),
            Good());
        Assert.NotNull((await SendAsync()).Value);
        Assert.Equal(6, _faults.Requests.Count);
    }

    [Fact]
    public async Task A_wrong_certificate_stays_wrong()
    {
        Meets(FaultHandler.Throws(HttpRequestError.SecureConnectionError, new AuthenticationException("wrong")));
        MeshException error = await Assert.ThrowsAsync<MeshException>(SendAsync);
        Assert.Equal("KubernetesUnreachable", error.ErrorId);
        Assert.Single(_faults.Requests);
    }

    [Fact]
    public async Task A_try_that_hangs_is_given_up_and_repeated()
    {
        TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Meets(
            async (_, stop) =>
            {
                begun.SetResult();
                await Task.Delay(Timeout.Infinite, stop);
                return s_never;
            },
            FaultHandler.Says(409, "Conflict", "it was done"));
        Task<ApiResult<MetadataObject>> sent = SendAsync();
        await begun.Task;
        _clock.Advance(s_timeout);
        ApiResult<MetadataObject> result = await sent;
        Assert.Equal((HttpStatusCode.Conflict, true), (result.Failure!.StatusCode, result.IsUncertain));
    }

    [Fact]
    public async Task Uncertain_is_what_may_have_had_its_effect()
    {
        FaultHandler.Fault conflict = FaultHandler.Says(409, "Conflict", "it is there");
        Assert.False(await UncertainAfterAsync(conflict));
        Assert.False(await UncertainAfterAsync(FaultHandler.Answers(429), conflict));
        Assert.False(await UncertainAfterAsync(FaultHandler.Throws(HttpRequestError.ConnectionError), conflict));
        Assert.False(await UncertainAfterAsync((_, _) => throw new TaskCanceledException("late", new TimeoutException()), conflict));
        Assert.True(await UncertainAfterAsync(FaultHandler.Answers(503), conflict));
        Assert.True(await UncertainAfterAsync(FaultHandler.Answers(504), FaultHandler.Answers(429), conflict));
        Assert.True(await UncertainAfterAsync(FaultHandler.Says(500, "InternalError", "etcdserver: leader changed"), conflict));
        Assert.True(await UncertainAfterAsync(FaultHandler.Throws(HttpRequestError.ResponseEnded), conflict));
    }

    [Fact]
    public async Task A_server_that_stays_away_is_waited_for_once_and_not_by_each_request_anew()
    {
        _faults.Choose = (_, _) => FaultHandler.Throws(HttpRequestError.ConnectionError);
        await Assert.ThrowsAsync<MeshException>(SendAsync);
        int waited = _faults.Requests.Count;
        Assert.True(waited > 5);
        for (int i = 1; i <= 20; i++)
        {
            await Assert.ThrowsAsync<MeshException>(SendAsync);
            Assert.Equal(waited + i, _faults.Requests.Count);
        }

        // It is back: from now on there is patience again.
        _faults.Choose = (_, _) => Good();
        Assert.NotNull((await SendAsync()).Value);
        _offset = _faults.Requests.Count;
        Meets(FaultHandler.Answers(503), Good());
        Assert.NotNull((await SendAsync()).Value);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    public async Task A_refusal_without_a_sign_of_absence_is_told_at_once(int status)
    {
        Meets(FaultHandler.Answers(status));
        Assert.Equal(status, (await SendAsync()).Failure!.Code);
        Assert.Empty(_clock.Skipped);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    public async Task A_server_that_was_away_may_refuse_for_some_moments_whom_it_knows(int status)
    {
        FaultHandler.Fault refused = FaultHandler.Answers(status);
        foreach (FaultHandler.Fault absence in (FaultHandler.Fault[])[FaultHandler.Throws(HttpRequestError.ConnectionError), FaultHandler.Throws(HttpRequestError.ResponseEnded), FaultHandler.Answers(503)])
        {
            _offset = _faults.Requests.Count;
            Meets(absence, refused, refused, refused, Good(), refused, Good());
            Assert.NotNull((await SendAsync()).Value);
            Assert.NotNull((await SendAsync()).Value); // Another request of the same client.
        }

        _clock.Advance(TimeSpan.FromSeconds(30));
        _offset = _faults.Requests.Count;
        Meets(refused);
        Assert.Equal(status, (await SendAsync()).Failure!.Code);
    }

    [Fact]
    public async Task Whoever_may_not_learns_it_some_moments_after_the_server_was_away()
    {
        _faults.Choose = (_, number) => number == 1 ? FaultHandler.Answers(503) : FaultHandler.Answers(403);
        DateTimeOffset start = _clock.GetUtcNow();
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync()).Failure!.StatusCode);
        Assert.InRange(_clock.GetUtcNow() - start, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(36));
    }

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    public async Task A_server_that_answers_is_not_away(int status)
    {
        Meets(status == 500 ? FaultHandler.Says(500, "InternalError", "failed calling webhook") : FaultHandler.Answers(429, retryAfter: "61"), FaultHandler.Answers(403));
        Assert.Equal(status, (await SendAsync()).Failure!.Code);
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync()).Failure!.StatusCode);
        Assert.Empty(_clock.Skipped);
    }

    [Fact]
    public async Task A_part_of_the_server_that_is_not_ready_yet_is_waited_for()
    {
        Meets(FaultHandler.Says(403, "Forbidden", "secrets is forbidden: not yet ready to handle request"), Good());
        Assert.NotNull((await SendAsync()).Value);
    }

    [Fact]
    public async Task The_first_contact_is_not_repeated()
    {
        Meets(FaultHandler.Answers(503));
        ApiResult<MetadataObject> result = await _client.SendAsync(Request() with { IsImpatient = true }, KubernetesJson.Default.MetadataObject, Cancel);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, result.Failure!.StatusCode);
        Assert.Single(_faults.Requests);
    }

    [Fact]
    public async Task Whoever_stops_is_not_kept_waiting()
    {
        using CancellationTokenSource stop = new();
        Meets((_, _) =>
        {
            stop.Cancel();
            return FaultHandler.Answers(503)(null!, default);
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _client.SendAsync(Request(), KubernetesJson.Default.MetadataObject, stop.Token));
        Assert.Single(_faults.Requests);
    }

    private static FaultHandler.Fault Good() => FaultHandler.Answers(200, body: """{"metadata":{"name":"v9"}}""");

    private static ApiRequest Request() => new(HttpMethod.Get, "/version", new ApiTarget("get", "", "/version", Namespace: null, Name: null));

    private void Meets(params FaultHandler.Fault[] faults) => _faults.Choose = (_, number) => faults[number - 1 - _offset];

    private int _offset;

    private async Task<bool> UncertainAfterAsync(params FaultHandler.Fault[] faults)
    {
        _offset = _faults.Requests.Count;
        Meets(faults);
        return (await SendAsync()).IsUncertain;
    }

    private Task<ApiResult<MetadataObject>> SendAsync() => _client.SendAsync(Request(), KubernetesJson.Default.MetadataObject, Cancel);

    private sealed class CutContent : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => throw new HttpIOException(HttpRequestError.ResponseEnded, "cut");
    }
}
