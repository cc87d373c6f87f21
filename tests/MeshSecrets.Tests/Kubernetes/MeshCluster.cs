using System.Runtime.CompilerServices;
using MeshSecrets.Stores.Kubernetes;
using MeshSecrets.Stores.Kubernetes.Connecting;

namespace MeshSecrets.Kubernetes;

/// <summary>A cluster of a test class's own in which the meshes' kinds are defined: in one that the user named they may be real.</summary>
public sealed class MeshCluster : IAsyncLifetime
{
    private TestCluster? _cluster;

    /// <summary>The cluster.</summary>
    public TestCluster Cluster => _cluster!;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        if (ClusterPrograms.WhyNone is null)
        {
            _cluster = await TestCluster.StartOwnAsync();
            await _cluster.KubectlAsync("apply", "-f", Definitions());
            string defined = await _cluster.KubectlAsync("get", "crd", "-o", "jsonpath={.items[*].metadata.name}");
            await _cluster.KindsAreServedAsync(defined.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        }
    }

    /// <summary>A store on the cluster, in a new namespace that is its usual one.</summary>
    internal async Task<(KubernetesStore Store, string Namespace)> OpenAsync(Func<KubernetesStoreOptions, KubernetesStoreOptions>? change = null, string? kubeconfig = null)
    {
        ClusterPrograms.SkipIfMissing();
        string name = await Cluster.CreateNamespaceAsync();
        KubernetesConnection connection = Kubeconfig.Load(new KubeconfigOptions { Paths = [kubeconfig ?? Cluster.KubeconfigPath], Namespace = name });
        KubernetesStoreOptions options = new() { Connection = connection };
        return (await KubernetesStore.OpenAsync(change is null ? options : change(options), TestContext.Current.CancellationToken), name);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }
    }

    private static string Definitions([CallerFilePath] string path = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, "../../kubernetes/crds"));
}
