using MeshSecrets.Kubernetes;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;
using MeshSecrets.Stores.Kubernetes;
using MeshSecrets.Stores.Kubernetes.Connecting;
using MeshSecrets.Stores.Kubernetes.Watching;

namespace MeshSecrets.Tests.Stores.Kubernetes.Connecting;

/// <summary>Whom the real server takes requests to be of.</summary>
public sealed class ImpersonationTests(SharedCluster shared)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_group_counts_in_requests_and_watches()
    {
        TestCluster cluster = await shared.GetAsync();
        await using WatchedNamespace watched = await WatchedNamespace.CreateAsync(cluster);
        await cluster.KubectlAsync("create", "role", "reader", "-n", watched.Name, "--resource=secrets", "--verb=get,list,watch");
        await cluster.KubectlAsync("create", "rolebinding", "readers", "-n", watched.Name, "--role=reader", $"--group={watched.Name}:second");
        KubeconfigOptions options = new() { Paths = [cluster.KubeconfigPath], Impersonation = new Impersonation { User = "visitor", Groups = [$"{watched.Name}:first", $"{watched.Name}:second"] } };
        await using KubernetesStore store = await KubernetesStore.OpenAsync(new KubernetesStoreOptions { Connection = Kubeconfig.Load(options), Namespaces = [watched.Name] }, Cancel);
        await watched.PutAsync("a");
        await using Told<SecretChange> told = new(ct => store.WatchAsync(watched.Query, new SecretWatchOptions { IncludePresent = true }, ct));

        Assert.Equal("a", (await told.NextAsync()).Secret.Id.Name);
        await watched.PutAsync("b");
        Assert.Equal("b", (await told.NextAsync()).Secret.Id.Name);
        using Secret? read = await store.GetAsync(watched.Id("a"), Cancel);
        Assert.NotNull(read);
    }
}
