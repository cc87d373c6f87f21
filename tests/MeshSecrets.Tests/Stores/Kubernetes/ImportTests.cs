using System.Collections.Concurrent;
using System.Text;
using MeshSecrets.Kubernetes;
using MeshSecrets.Meshes.Transfer;
using MeshSecrets.Secrets;
using MeshSecrets.Stores.Kubernetes.Connecting;

namespace MeshSecrets.Stores.Kubernetes;

/// <summary>Imports into a cluster: what is new costs one request, and what is there is overwritten on demand only.</summary>
public sealed class ImportTests(SharedCluster shared)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_new_takes_one_request_and_what_is_there_is_left_or_overwritten_on_demand()
    {
        TestCluster cluster = await shared.GetAsync();
        string ns = await cluster.CreateNamespaceAsync();
        ConcurrentQueue<string> requests = [];
        await using KubernetesStore store = await KubernetesStore.OpenAsync(
            new KubernetesStoreOptions { Connection = Kubeconfig.Load(new KubeconfigOptions { Paths = [cluster.KubeconfigPath] }), OnRequest = requests.Enqueue }, Token);
        requests.Clear();

        Assert.Equal([ImportStatus.Created, ImportStatus.Created], await ImportAsync(store, overwrite: false, Of(ns, "a", "1"), Of(ns, "b", "1")));
        Assert.Equal(2, requests.Count);
        Assert.All(requests, request => Assert.StartsWith("POST ", request, StringComparison.Ordinal));

        IReadOnlyList<ImportResult> again = await new SecretImport(store, overwrite: false).StoreAsync([Of(ns, "a", "1"), Of(ns, "b", "2"), Of(ns, "c", "1")], Token);
        Assert.Equal(ImportStatus.Unchanged, again[0].Status);
        Assert.NotNull(again[1].Error);
        Assert.Equal(ImportStatus.Created, again[2].Status);
        Assert.Equal("1", await ValueAsync(store, ns, "b"));

        Assert.Equal([ImportStatus.Updated], await ImportAsync(store, overwrite: true, Of(ns, "b", "2")));
        Assert.Equal("2", await ValueAsync(store, ns, "b"));
    }

    private static async Task<IEnumerable<ImportStatus>> ImportAsync(KubernetesStore store, bool overwrite, params Secret[] secrets)
    {
        IReadOnlyList<ImportResult> results = await new SecretImport(store, overwrite).StoreAsync(secrets, Token);
        Assert.All(results, result => Assert.Null(result.Error));
        return results.Select(result => result.Status);
    }

    private static Secret Of(string ns, string name, string value)
    {
        SecretData data = new();
        data.Set("value", Encoding.UTF8.GetBytes(value));
        return new Secret(new SecretMetadata { Id = new SecretId(name, mesh: null, ns), Type = SecretType.Opaque }, data);
    }

    private static async Task<string> ValueAsync(KubernetesStore store, string ns, string name)
    {
        using Secret? read = await store.GetAsync(new SecretId(name, mesh: null, ns), Token);
        return Encoding.UTF8.GetString(read!.GetData().GetValue("value").Span);
    }
}
