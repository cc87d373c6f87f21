using MeshSecrets.Kubernetes;
using MeshSecrets.Stores.Kubernetes;
using MeshSecrets.Stores.Kubernetes.Connecting;

namespace MeshSecrets.Tests.Stores.Kubernetes;

/// <summary>A store on the real API server, in a namespace of its own, behind a server that can be told to fail.</summary>
/// <param name="shared">The cluster of all tests.</param>
public abstract class FaultyStoreTests(SharedCluster shared) : IAsyncLifetime
{
    private protected TestCluster _cluster = null!;
    private protected FaultServer _server = null!;
    private protected KubernetesStore _store = null!;
    private protected string _namespace = "";

    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _cluster = await shared.GetAsync();
        _namespace = await _cluster.CreateNamespaceAsync();
        _server = await FaultServer.StartAsync(_cluster);
        KubernetesConnection connection = Kubeconfig.Load(new KubeconfigOptions { Paths = [await _server.WriteKubeconfigAsync()] });
        _store = await KubernetesStore.OpenAsync(new KubernetesStoreOptions { Connection = connection }, Token);
    }

    public async ValueTask DisposeAsync()
    {
        await (_store?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_server?.DisposeAsync() ?? ValueTask.CompletedTask);
        GC.SuppressFinalize(this);
    }
}
