using System.Net;
using System.Net.Sockets;

namespace MeshSecrets.Kubernetes;

/// <summary>The line to the API server breaks as it is told.</summary>
public sealed class FaultProxyTests(SharedCluster shared)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Passes_everything()
    {
        (FaultProxy proxy, HttpClient client) = await StartAsync();
        await using (proxy)
        using (client)
        {
            Assert.Contains("\"gitVersion\"", await client.GetStringAsync("/version", Cancellation), StringComparison.Ordinal);
            Assert.Equal(1, proxy.Accepted);
        }
    }

    [Fact]
    public async Task Refuses_and_accepts_again_on_the_same_port()
    {
        (FaultProxy proxy, HttpClient client) = await StartAsync();
        await using (proxy)
        using (client)
        {
            await client.GetStringAsync("/version", Cancellation);
            await proxy.RefuseAsync();
            await proxy.RefuseAsync();
            HttpRequestException refused = await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStringAsync("/version", Cancellation));
            Assert.Equal(SocketError.ConnectionRefused, Assert.IsType<SocketException>(refused.InnerException).SocketErrorCode);

            proxy.Accept();
            await client.GetStringAsync("/version", Cancellation);
        }
    }

    [Fact]
    public async Task Cuts_an_answer_once_after_so_many_bytes()
    {
        (FaultProxy proxy, HttpClient client) = await StartAsync();
        await using (proxy)
        using (client)
        {
            await client.GetStringAsync("/version", Cancellation);
            proxy.CutAfter(1000, times: 1);
            await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStringAsync("/apis/rbac.authorization.k8s.io/v1/clusterroles", Cancellation));
            Assert.NotEmpty(await client.GetStringAsync("/apis/rbac.authorization.k8s.io/v1/clusterroles", Cancellation));
            Assert.Equal(2, proxy.Accepted);
        }
    }

    [Fact]
    public async Task Cuts_a_watch_now()
    {
        (FaultProxy proxy, HttpClient client) = await StartAsync();
        await using (proxy)
        using (client)
        {
            using var events = new StreamReader(await client.GetStreamAsync("/api/v1/namespaces?watch=1", Cancellation));
            Assert.NotNull(await events.ReadLineAsync(Cancellation));

            proxy.CutNow();

            await Assert.ThrowsAnyAsync<IOException>(() => events.ReadToEndAsync(Cancellation));
        }
    }

    [Fact]
    public async Task Hangs_until_it_is_told_to_go_on()
    {
        (FaultProxy proxy, HttpClient client) = await StartAsync();
        await using (proxy)
        using (client)
        {
            await client.GetStringAsync("/version", Cancellation);
            proxy.Hang();
            Task<string> asked = client.GetStringAsync("/version", Cancellation);
            using var given = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
            Task<string> givenUp = client.GetStringAsync("/version", given.Token);
            await given.CancelAsync();
            await Assert.ThrowsAsync<TaskCanceledException>(() => givenUp);
            Assert.False(asked.IsCompleted);

            proxy.Pass();
            Assert.NotEmpty(await asked);
        }
    }

    [Fact]
    public async Task Lets_answers_through_byte_by_byte()
    {
        (FaultProxy proxy, HttpClient client) = await StartAsync();
        await using (proxy)
        using (client)
        {
            proxy.Trickle(7);
            using HttpResponseMessage answer = await client.GetAsync("/api/v1/namespaces", Cancellation);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }

    private async Task<(FaultProxy Proxy, HttpClient Client)> StartAsync()
    {
        TestCluster cluster = await shared.GetAsync();
        var proxy = FaultProxy.Start(cluster.Server);
        return (proxy, cluster.CreateClient(proxy.Address));
    }
}
