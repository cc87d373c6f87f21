using MeshSecrets.Kubernetes;
using MeshSecrets.Secrets;

namespace MeshSecrets.Stores.Kubernetes.Watching;

/// <summary>A cluster's secrets are watched: each change once, in its order, whoever makes it.</summary>
public sealed class KubernetesWatchTests(SharedCluster shared)
{
    private static readonly SecretWatchOptions s_withPresent = new() { IncludePresent = true };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Changes_are_told_once_and_in_order()
    {
        await using WatchedNamespace watched = await WatchedNamespace.CreateAsync(await shared.GetAsync());
        SecretMetadata first = await watched.PutAsync("a");
        await using Told<SecretChange> told = new(ct => watched.Store.WatchAsync(watched.Query, s_withPresent, ct));

        Assert.Equal((SecretChangeKind.Present, "a", first.ResourceVersion), await NextAsync(told));
        SecretMetadata second = await watched.PutAsync("a", "2");
        SecretMetadata other = await watched.PutAsync("b");
        await watched.DeleteAsync("a");
        SecretMetadata again = await watched.PutAsync("a", "3");

        SecretChange changed = await told.NextAsync();
        Assert.Equal((SecretChangeKind.Changed, first.ResourceVersion, second.ResourceVersion), (changed.Kind, changed.Former?.ResourceVersion, changed.Secret.ResourceVersion));
        Assert.Equal((SecretChangeKind.Added, "b", other.ResourceVersion), await NextAsync(told));
        SecretChange removed = await told.NextAsync();
        Assert.Equal((SecretChangeKind.Removed, second.ResourceVersion, "yes"), (removed.Kind, removed.Former?.ResourceVersion, removed.Secret.Labels["watched"]));
        Assert.Equal((SecretChangeKind.Added, "a", again.ResourceVersion), await NextAsync(told));
        Assert.True(told.IsEmpty);
    }

    [Fact]
    public async Task What_is_there_is_not_told_unless_asked_for()
    {
        TestCluster cluster = await shared.GetAsync();
        await using FaultServer server = await FaultServer.StartAsync(cluster);
        await using WatchedNamespace watched = await WatchedNamespace.CreateAsync(cluster);
        await using KubernetesStore store = await WatchedNamespace.OpenAsync(await server.WriteKubeconfigAsync());
        await watched.PutAsync("a");
        FaultRule begun = server.On("GET", "watch=1", Faults.Before(() => Task.CompletedTask));
        await using Told<SecretChange> told = new(ct => store.WatchAsync(watched.Query with { Names = ["?"] }, new SecretWatchOptions(), ct));
        await begun.Met.WaitAsync(TimeSpan.FromSeconds(30), Token);
        await watched.PutAsync("not-this-one");
        SecretMetadata written = await watched.PutAsync("c");

        Assert.Equal((SecretChangeKind.Added, "c", written.ResourceVersion), await NextAsync(told));
    }

    [Fact]
    public async Task What_comes_to_match_is_added_and_what_ceases_to_is_removed()
    {
        await using WatchedNamespace watched = await WatchedNamespace.CreateAsync(await shared.GetAsync());
        await watched.PutAsync("a");
        await watched.PutAsync("b", label: "no");
        SecretQuery query = watched.Query with { Labels = watched.Query.Labels.SetItem("watched", "yes") };
        await using Told<SecretChange> told = new(ct => watched.Store.WatchAsync(query, s_withPresent, ct));
        Assert.Equal(SecretChangeKind.Present, (await told.NextAsync()).Kind);

        await watched.Cluster.KubectlAsync("label", "secret", "a", "-n", watched.Name, "watched=no", "--overwrite");
        await watched.Cluster.KubectlAsync("label", "secret", "b", "-n", watched.Name, "watched=yes", "--overwrite");

        Assert.Equal([(SecretChangeKind.Removed, "a"), (SecretChangeKind.Added, "b")], (await told.NextAsync(2)).Select(change => (change.Kind, change.Secret.Id.Name)));
    }

    [Fact]
    public async Task Of_what_others_wrote_the_certificate_is_told_too()
    {
        await using WatchedNamespace watched = await WatchedNamespace.CreateAsync(await shared.GetAsync());
        await using Told<SecretChange> told = new(ct => watched.Store.WatchAsync(watched.Query with { Types = [SecretType.Tls] }, s_withPresent, ct));
        string first = await watched.ApplyTlsAsync("web", TimeSpan.FromDays(1));
        string second = await watched.ApplyTlsAsync("web", TimeSpan.FromDays(2));
        await watched.PutAsync("opaque");
        await watched.DeleteAsync("web");

        // What is read of a secret may be later than the event that it was read for: changes are then told as one.
        List<SecretChange> changes = [];
        do
        {
            changes.Add(await told.NextAsync());
        }
        while (changes[^1].Kind != SecretChangeKind.Removed);
        Assert.All(changes, change => Assert.Equal("web", change.Secret.Id.Name));
        Assert.Equal(second, changes[^1].Former?.Thumbprint);
        Assert.Contains(changes[0].Secret.Certificate?.Thumbprint, new[] { first, second });
    }

    [Fact]
    public async Task Several_namespaces_are_one_watch_and_others_are_not_told()
    {
        TestCluster cluster = await shared.GetAsync();
        await using WatchedNamespace one = await WatchedNamespace.CreateAsync(cluster);
        await using WatchedNamespace two = await WatchedNamespace.CreateAsync(cluster);
        await using WatchedNamespace other = await WatchedNamespace.CreateAsync(cluster);
        await using KubernetesStore both = await WatchedNamespace.OpenAsync(cluster.KubeconfigPath, options => options with { Namespaces = [one.Name, two.Name] });
        await other.PutAsync("a");
        await one.PutAsync("a");
        await two.PutAsync("a");
        SecretQuery query = one.Query with { Namespace = null };
        await using Told<SecretChange> told = new(ct => both.WatchAsync(query, s_withPresent, ct));

        Assert.Equal([one.Name, two.Name], (await told.NextAsync(2)).Select(change => change.Secret.Id.Namespace!).OrderBy(name => name == two.Name));
        await other.PutAsync("b");
        await two.PutAsync("b");
        SecretChange added = await told.NextAsync();
        Assert.Equal((SecretChangeKind.Added, two.Name), (added.Kind, added.Secret.Id.Namespace));
    }

    [Fact]
    public async Task Who_may_not_list_is_told_what_is_lacking()
    {
        TestCluster cluster = await shared.GetAsync();
        string dan = await cluster.CreateUserAsync("dan");
        await using KubernetesStore store = await WatchedNamespace.OpenAsync(dan);
        await using Told<SecretChange> told = new(ct => store.WatchAsync(SecretQuery.All, s_withPresent, ct));

        MeshException refused = await Assert.ThrowsAsync<MeshException>(told.NextAsync);

        Assert.Equal("KubernetesForbidden", refused.ErrorId);
        Assert.Contains("'dan' may not list secrets in all namespaces", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Thousands_of_changes_are_all_told_each_once_and_in_order()
    {
        const int Writers = 8;
        const int Writes = 250;
        await using WatchedNamespace watched = await WatchedNamespace.CreateAsync(await shared.GetAsync());
        await using Told<SecretChange> told = new(ct => watched.Store.WatchAsync(watched.Query, s_withPresent, ct));
        await watched.PutAsync("begin");
        await told.NextAsync();

        await Task.WhenAll(Enumerable.Range(0, Writers).Select(async writer =>
        {
            for (int i = 0; i < Writes; i++)
            {
                using HttpResponseMessage answer = await watched.Cluster.Http.PatchAsync(
                    $"{watched.Path}/w{writer}?fieldManager=test&force=true",
                    new StringContent(
                        $$$"""{"apiVersion":"v1","kind":"Secret","metadata":{"name":"w{{{writer}}}","labels":{"watched":"v{{{i}}}"} } }""",
                        System.Text.Encoding.UTF8,
                        new System.Net.Http.Headers.MediaTypeHeaderValue("application/apply-patch+yaml")),
                    Token);
                answer.EnsureSuccessStatusCode();
            }
        }));

        List<SecretChange> changes = await told.NextAsync(Writers * Writes);
        foreach (IGrouping<string, SecretChange> writer in changes.GroupBy(change => change.Secret.Id.Name))
        {
            Assert.Equal(Enumerable.Range(0, Writes).Select(i => $"v{i}"), writer.Select(change => change.Secret.Labels["watched"]));
            Assert.Equal(SecretChangeKind.Added, writer.First().Kind);
            Assert.All(writer.Skip(1), change => Assert.Equal(SecretChangeKind.Changed, change.Kind));
        }

        Assert.True(told.IsEmpty);
    }

    private static async Task<(SecretChangeKind Kind, string Name, string Version)> NextAsync(Told<SecretChange> told)
    {
        SecretChange change = await told.NextAsync();
        return (change.Kind, change.Secret.Id.Name, change.Secret.ResourceVersion);
    }
}
