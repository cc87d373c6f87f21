using System.Collections.Concurrent;
using MeshSecrets.Kubernetes;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace MeshSecrets.Stores.Kubernetes.Watching;

/// <summary>Where each watch has a connection to itself (HTTP/1.1), watches take none from each other, nor from other requests.</summary>
public sealed class WatchedByManyTests(SharedCluster shared)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Watches_do_not_use_up_the_connections()
    {
        TestCluster cluster = await shared.GetAsync();
        await using FaultServer server = await FaultServer.StartAsync(cluster, HttpProtocols.Http1);
        await using WatchedNamespace first = await WatchedNamespace.CreateAsync(cluster);
        await using WatchedNamespace second = await WatchedNamespace.CreateAsync(cluster);
        await using WatchedNamespace third = await WatchedNamespace.CreateAsync(cluster);
        WatchedNamespace[] all = [first, second, third];
        await using KubernetesStore store = await WatchedNamespace.OpenAsync(
            await server.WriteKubeconfigAsync(), options => options with { MaxConnections = 1, Namespaces = [.. all.Select(one => one.Name)] });
        await using Told<SecretChange> told = new(ct => store.WatchAsync(first.Query with { Namespace = null }, new SecretWatchOptions { IncludePresent = true }, ct));

        foreach (string round in (string[])["a", "b"])
        {
            foreach (WatchedNamespace one in all)
            {
                await one.PutAsync(round);

                // Of others' TLS keys the values are read, which takes a request while all are watched.
                await one.ApplyTlsAsync($"{round}-foreign", TimeSpan.FromDays(1));
            }

            List<SecretChange> changes = await told.NextAsync(6);
            Assert.Equal(
                all.SelectMany(one => new[] { one.Id(round), one.Id($"{round}-foreign") }).OrderBy(id => id.ToString(), StringComparer.Ordinal),
                changes.Select(change => change.Secret.Id).OrderBy(id => id.ToString(), StringComparer.Ordinal));
        }

        Assert.NotNull(await store.GetAsync(first.Id("a"), Token));
    }

    [Fact]
    public async Task A_watch_that_breaks_again_and_again_is_told_of_once_and_when_it_goes_on()
    {
        TestCluster cluster = await shared.GetAsync();
        await using FaultServer server = await FaultServer.StartAsync(cluster);
        await using WatchedNamespace watched = await WatchedNamespace.CreateAsync(cluster);
        await using KubernetesStore store = await WatchedNamespace.OpenAsync(await server.WriteKubeconfigAsync());
        FaultRule broken = server.On("GET", "watch=1", Faults.Answer(502, "BadGateway"), times: 8);
        ConcurrentQueue<string> trouble = [];
        await watched.PutAsync("a");
        await using Told<SecretChange> told = new(ct => store.WatchAsync(watched.Query, new SecretWatchOptions { IncludePresent = true, OnTrouble = trouble.Enqueue }, ct));
        await told.NextAsync();
        await watched.PutAsync("a", "2");
        await told.NextAsync();
        await watched.PutAsync("a", "3");
        await told.NextAsync();

        Assert.Equal(8, broken.Count);
        Assert.Collection(
            trouble,
            message => Assert.StartsWith($"The watch of the secrets of namespace {watched.Name} breaks again and again", message, StringComparison.Ordinal),
            message => Assert.Equal($"The watch of the secrets of namespace {watched.Name} goes on.", message));
    }
}
