using System.Net.Http.Json;
using MeshSecrets.Kubernetes;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;
using MeshSecrets.Stores.Kubernetes;
using MeshSecrets.Stores.Kubernetes.Watching;

namespace MeshSecrets.Tests.Stores.Kubernetes;

/// <summary>Listings of several pages, and watches that begin with one, on a server that is busy and then forgets what it began: by real compactions.</summary>
public sealed class ForgottenListTests
{
    private const int Count = 1010;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_whole_comes_out_once_though_the_server_is_busy_and_forgets_the_list_twice()
    {
        await using TestCluster cluster = await TestCluster.StartOwnAsync();
        await using FaultServer server = await FaultServer.StartAsync(cluster);
        await using WatchedNamespace watched = await WatchedNamespace.CreateAsync(cluster);
        string[] names = [.. Enumerable.Range(0, Count).Select(i => $"s-{i:0000}")];
        await Parallel.ForEachAsync(names, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Token }, async (name, _) => await watched.PutAsync(name));
        await using KubernetesStore store = await WatchedNamespace.OpenAsync(await server.WriteKubeconfigAsync());

        FaultRule[] met = Harm();
        List<string> listed = [];
        await foreach (SecretMetadata metadata in store.ListAsync(watched.Query, Token))
        {
            listed.Add(metadata.Id.Name);
        }

        Assert.Equal(names, listed);
        Assert.All(met, rule => Assert.Equal(1, rule.Count));
        Assert.Single(server.Requests, line => line.Contains("/secrets?limit=", StringComparison.Ordinal) && !line.Contains("continue=", StringComparison.Ordinal)); // It went on where it was.

        met = Harm();
        await using Told<SecretChange> told = new(ct => store.WatchAsync(watched.Query, new SecretWatchOptions { IncludePresent = true }, ct));
        Assert.Equal(names.Select(name => (SecretChangeKind.Present, name)), (await told.NextAsync(Count)).Select(Of));
        Assert.All(met, rule => Assert.Equal(1, rule.Count));
        await watched.PutAsync("s-0000", "2");
        Assert.Equal((SecretChangeKind.Changed, "s-0000"), Of(await told.NextAsync()));

        // The watch is cut, the server busy when it comes back, and then it has forgotten all that was since, and the new listing twice.
        FaultRule busy = server.On("GET", "watch=1", Faults.Answer(429, "TooManyRequests", retryAfter: "1"));
        FaultRule gone = server.On("GET", "watch=1", async exchange =>
        {
            await watched.PutAsync("s-0001", "2");
            await watched.DeleteAsync("s-0700");
            await watched.PutAsync("s-0700-after");
            await ForgetAsync();
            await Faults.Answer(410, "Expired")(exchange);
        });
        met = [busy, gone, .. Harm()];
        await cluster.KillApiServerAsync();
        await cluster.StartApiServerAsync();
        List<SecretChange> changes = await told.NextAsync(3);
        Assert.Equal(
            [(SecretChangeKind.Changed, "s-0001"), (SecretChangeKind.Added, "s-0700-after"), (SecretChangeKind.Removed, "s-0700")],
            changes.Select(Of).OrderBy(change => change.Item1 == SecretChangeKind.Removed));
        Assert.All(met, rule => Assert.Equal(1, rule.Count));
        await watched.PutAsync("z-last");
        Assert.Equal((SecretChangeKind.Added, "z-last"), Of(await told.NextAsync()));

        // What asks for the next page is told to wait, then that the list is forgotten, and that again when it was begun anew.
        FaultRule[] Harm() =>
        [
            server.On("GET", "continue=", Faults.Answer(429, "TooManyRequests", retryAfter: "1")),
            server.On("GET", "continue=", Faults.Before(ForgetAsync)),
            server.On("GET", "continue=", Faults.Before(ForgetAsync)),
            server.On("GET", "continue=", Faults.Answer(429, "TooManyRequests", retryAfter: "1")),
        ];

        // A page's token goes by the moment of its list, and only what was before the last write is dropped.
        async Task ForgetAsync()
        {
            using HttpResponseMessage written = await cluster.Http.PostAsJsonAsync(
                $"/api/v1/namespaces/{watched.Name}/configmaps", new { apiVersion = "v1", kind = "ConfigMap", metadata = new { generateName = "moment-" } }, Token);
            written.EnsureSuccessStatusCode();
            await cluster.CompactAsync();
        }

        static (SecretChangeKind, string) Of(SecretChange change) => (change.Kind, change.Secret.Id.Name);
    }
}
