using System.Collections.Concurrent;
using System.Text.Json;
using MeshSecrets.Kubernetes;
using Microsoft.AspNetCore.Http;

namespace MeshSecrets.Stores.Kubernetes.Watching;

/// <summary>Watches go on after whatever breaks them: nothing is lost, and nothing told twice.</summary>
public sealed class BrokenWatchTests(SharedCluster shared)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_restart_of_the_server_loses_nothing()
    {
        await using TestCluster cluster = await TestCluster.StartOwnAsync();
        await using WatchedNamespace watched = await WatchedNamespace.CreateAsync(cluster);
        ConcurrentQueue<string> breaks = [];
        await using Told<SecretChange> told = new(ct => watched.Store.WatchAsync(watched.Query, new SecretWatchOptions { IncludePresent = true, OnBreak = breaks.Enqueue }, ct));
        List<string> written = [(await watched.PutAsync("a")).ResourceVersion];
        List<string> versions = [(await told.NextAsync()).Secret.ResourceVersion];

        for (int restart = 0; restart < 2; restart++)
        {
            await cluster.KillApiServerAsync();
            await cluster.StartApiServerAsync();
            for (int i = 0; i < 20; i++)
            {
                written.Add((await watched.PutAsync("a", $"{restart}.{i}")).ResourceVersion);
            }

            versions.AddRange((await told.NextAsync(20)).Select(change => change.Secret.ResourceVersion));
        }

        Assert.Equal(written, versions);
        Assert.True(told.IsEmpty);
        Assert.NotEmpty(breaks);
    }

    [Fact]
    public async Task When_the_server_has_forgotten_what_happened_the_difference_is_told()
    {
        await using TestCluster cluster = await TestCluster.StartOwnAsync();
        await using FaultProxy line = FaultProxy.Start(cluster.Server);
        await using WatchedNamespace watched = await WatchedNamespace.CreateAsync(cluster);
        await using KubernetesStore far = await WatchedNamespace.OpenAsync(await cluster.WriteKubeconfigAsync("far", cluster.AdministratorCredentials, server: line.Address));
        foreach (string name in (string[])["changed", "kept", "recreated", "removed"])
        {
            await watched.PutAsync(name);
        }

        ConcurrentQueue<string> breaks = [];
        await using Told<SecretChange> told = new(ct => far.WatchAsync(watched.Query, new SecretWatchOptions { IncludePresent = true, OnBreak = breaks.Enqueue }, ct));
        await told.NextAsync(4);
        await line.RefuseAsync();
        await watched.PutAsync("added");
        await watched.PutAsync("changed", "2");
        await watched.PutAsync("changed", "3");
        await watched.DeleteAsync("removed");
        await watched.DeleteAsync("recreated");
        await watched.PutAsync("recreated", "2");
        await watched.PutAsync("brief");
        await watched.DeleteAsync("brief");

        // A server that starts after the compaction knows nothing of what was before.
        await cluster.CompactAsync();
        await cluster.KillApiServerAsync();
        await cluster.StartApiServerAsync();
        line.Accept();

        List<SecretChange> changes = await told.NextAsync(5);
        Assert.Equal(
            [(SecretChangeKind.Added, "added"), (SecretChangeKind.Changed, "changed"), (SecretChangeKind.Removed, "recreated"), (SecretChangeKind.Added, "recreated"), (SecretChangeKind.Removed, "removed")],
            changes.Select(change => (change.Kind, change.Secret.Id.Name)));
        await watched.PutAsync("last");
        Assert.Equal("last", (await told.NextAsync()).Secret.Id.Name);
        Assert.Contains(breaks, message => message.Contains("has forgotten", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Forgotten_history_is_seen_as_an_event_or_as_an_answer(bool asEvent)
    {
        TestCluster cluster = await shared.GetAsync();
        await using FaultServer server = await FaultServer.StartAsync(cluster);
        await using WatchedNamespace watched = await WatchedNamespace.CreateAsync(cluster);
        await using KubernetesStore store = await WatchedNamespace.OpenAsync(await server.WriteKubeconfigAsync());
        await watched.PutAsync("a");
        FaultRule gone = server.On("GET", "watch=1", async exchange =>
        {
            await watched.PutAsync("b");
            await (asEvent ? Gone : Faults.Answer(410, "Expired"))(exchange);
        });
        await using Told<SecretChange> told = new(ct => store.WatchAsync(watched.Query, new SecretWatchOptions { IncludePresent = true }, ct));

        Assert.Equal([(SecretChangeKind.Present, "a"), (SecretChangeKind.Added, "b")], (await told.NextAsync(2)).Select(change => (change.Kind, change.Secret.Id.Name)));
        await watched.PutAsync("c");
        Assert.Equal("c", (await told.NextAsync()).Secret.Id.Name);
        Assert.Equal(1, gone.Count);
        Assert.Equal(2, server.Requests.Count(line => line.Contains("limit=", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_cut_within_an_event_leaves_no_half_of_it()
    {
        TestCluster cluster = await shared.GetAsync();
        await using FaultServer server = await FaultServer.StartAsync(cluster);
        await using WatchedNamespace watched = await WatchedNamespace.CreateAsync(cluster);
        await using KubernetesStore store = await WatchedNamespace.OpenAsync(await server.WriteKubeconfigAsync());
        foreach (int bytes in (int[])[1, 1000, 2500, 4000, 5000])
        {
            server.On("GET", "watch=1", Faults.CutAnswer(bytes));
        }

        await watched.PutAsync("a", "0");
        await using Told<SecretChange> told = new(ct => store.WatchAsync(watched.Query, new SecretWatchOptions { IncludePresent = true }, ct));
        List<string> versions = [(await told.NextAsync()).Secret.ResourceVersion];
        List<string> written = [versions[0]];
        for (int i = 1; i <= 30; i++)
        {
            written.Add((await watched.PutAsync("a", $"{i}")).ResourceVersion);
        }

        versions.AddRange((await told.NextAsync(30)).Select(change => change.Secret.ResourceVersion));
        Assert.Equal(written, versions);
        Assert.True(server.Requests.Count(line => line.Contains("watch=1", StringComparison.Ordinal)) > 3);
        Assert.Single(server.Requests, line => line.Contains("limit=", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_bookmark_is_where_the_watch_goes_on()
    {
        TestCluster cluster = await shared.GetAsync();
        await using FaultServer server = await FaultServer.StartAsync(cluster);
        await using WatchedNamespace watched = await WatchedNamespace.CreateAsync(cluster);
        await using KubernetesStore store = await WatchedNamespace.OpenAsync(await server.WriteKubeconfigAsync());
        FaultRule bookmark = server.On("GET", "watch=1", exchange => Line(exchange, """{"type":"BOOKMARK","object":{"kind":"Table","metadata":{"resourceVersion":"987654321"},"rows":[{"cells":["","",0,""],"object":{"metadata":{"resourceVersion":"987654321"}}}]}}"""));
        FaultRule next = server.On("GET", "resourceVersion=987654321", Faults.Hang);
        await using Told<SecretChange> told = new(ct => store.WatchAsync(watched.Query, new SecretWatchOptions { IncludePresent = true }, ct));

        await next.Met.WaitAsync(TimeSpan.FromSeconds(30), Token);
        Assert.Equal(1, bookmark.Count);
        Assert.True(told.IsEmpty);
    }

    [Fact]
    public async Task A_connection_that_is_silent_for_too_long_is_given_up()
    {
        TestCluster cluster = await shared.GetAsync();
        await using FaultServer server = await FaultServer.StartAsync(cluster);
        await using WatchedNamespace watched = await WatchedNamespace.CreateAsync(cluster);
        await using KubernetesStore store = await WatchedNamespace.OpenAsync(
            await server.WriteKubeconfigAsync(), options => options with { WatchTimeout = TimeSpan.FromSeconds(1), Timeout = TimeSpan.FromSeconds(1) });
        server.On("GET", "watch=1", async exchange =>
        {
            await exchange.Context.Response.Body.FlushAsync(); // It begins, and says nothing ever.
            await Faults.Hang(exchange);
        });
        server.On("GET", "watch=1", Faults.Hang);
        ConcurrentQueue<string> breaks = [];
        await watched.PutAsync("a");
        await using Told<SecretChange> told = new(ct => store.WatchAsync(watched.Query, new SecretWatchOptions { IncludePresent = true, OnBreak = breaks.Enqueue }, ct));
        await told.NextAsync();
        await watched.PutAsync("a", "2");

        Assert.Equal(SecretChangeKind.Changed, (await told.NextAsync()).Kind);
        Assert.True(breaks.Count >= 2, string.Join('\n', breaks));
    }

    [Fact]
    public async Task A_server_that_asks_for_patience_gets_it()
    {
        TestCluster cluster = await shared.GetAsync();
        await using FaultServer server = await FaultServer.StartAsync(cluster);
        await using WatchedNamespace watched = await WatchedNamespace.CreateAsync(cluster);
        await using KubernetesStore store = await WatchedNamespace.OpenAsync(await server.WriteKubeconfigAsync());
        FaultRule busy = server.On("GET", "watch=1", Faults.Answer(429, "TooManyRequests", retryAfter: "1"));
        FaultRule starting = server.On("GET", "watch=1", Faults.Answer(500, "InternalError"));
        FaultRule unknown = server.On("GET", "watch=1", Faults.Answer(403, "Forbidden"), times: 2);
        ConcurrentQueue<string> breaks = [];
        await watched.PutAsync("a");
        await using Told<SecretChange> told = new(ct => store.WatchAsync(watched.Query, new SecretWatchOptions { IncludePresent = true, OnBreak = breaks.Enqueue }, ct));
        await told.NextAsync();
        await watched.PutAsync("a", "2");

        Assert.Equal(SecretChangeKind.Changed, (await told.NextAsync()).Kind);
        Assert.Equal((1, 1, 2), (busy.Count, starting.Count, unknown.Count));
        Assert.Contains("taken up again in 1.0 s", breaks.First(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(401, "KubernetesUnauthorized")]
    [InlineData(403, "KubernetesForbidden")]
    public async Task A_refusal_that_stays_ends_the_watch(int code, string errorId)
    {
        TestCluster cluster = await shared.GetAsync();
        await using FaultServer server = await FaultServer.StartAsync(cluster);
        await using WatchedNamespace watched = await WatchedNamespace.CreateAsync(cluster);
        await using KubernetesStore store = await WatchedNamespace.OpenAsync(await server.WriteKubeconfigAsync(), options => options with { RetryFor = TimeSpan.FromSeconds(1) });
        FaultRule refused = server.On("GET", "watch=1", Faults.Answer(code, "Refused"), times: int.MaxValue);
        await using Told<SecretChange> told = new(ct => store.WatchAsync(watched.Query, new SecretWatchOptions(), ct));

        MeshException error = await Assert.ThrowsAsync<MeshException>(told.NextAsync);
        Assert.Equal(errorId, error.ErrorId);
        Assert.True(refused.Count > 1);
        if (code == 403)
        {
            Assert.Contains($"watch secrets in namespace '{watched.Name}'", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Of_own_secrets_no_value_crosses_the_network()
    {
        TestCluster cluster = await shared.GetAsync();
        await using FaultServer server = await FaultServer.StartAsync(cluster);
        await using WatchedNamespace watched = await WatchedNamespace.CreateAsync(cluster);
        await using KubernetesStore store = await WatchedNamespace.OpenAsync(await server.WriteKubeconfigAsync());
        await watched.PutTlsAsync("own", TimeSpan.FromDays(1));
        await using Told<SecretChange> told = new(ct => store.WatchAsync(watched.Query, new SecretWatchOptions { IncludePresent = true }, ct));
        Assert.NotNull((await told.NextAsync()).Secret.Certificate);
        string renewed = (await watched.PutTlsAsync("own", TimeSpan.FromDays(2))).Certificate!.Thumbprint;
        Assert.Equal(renewed, (await told.NextAsync()).Secret.Certificate?.Thumbprint);
        Assert.DoesNotContain(server.Requests, line => line.Contains("/secrets/", StringComparison.Ordinal));

        await watched.ApplyTlsAsync("foreign", TimeSpan.FromDays(1));
        Assert.NotNull((await told.NextAsync()).Secret.Certificate);
        Assert.Single(server.Requests, line => line.Contains("/secrets/foreign", StringComparison.Ordinal));
    }

    private static Task Gone(FaultExchange exchange) =>
        Line(exchange, JsonSerializer.Serialize(new { type = "ERROR", @object = new { kind = "Status", code = 410, reason = "Expired", message = "too old resource version: 1 (2)" } }));

    private static async Task Line(FaultExchange exchange, string line)
    {
        exchange.Context.Response.ContentType = "application/json";
        await exchange.Context.Response.WriteAsync(line + "\n");
    }
}
