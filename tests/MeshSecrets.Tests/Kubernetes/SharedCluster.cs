[assembly: AssemblyFixture(typeof(MeshSecrets.Kubernetes.SharedCluster))]

namespace MeshSecrets.Kubernetes;

/// <summary>
/// The one cluster that all tests of a run share, started when the first of them asks. A test class takes this by its constructor.
/// It is the cluster of <c>MESHSECRETS_TEST_KUBECONFIG</c>, if that is set.
/// </summary>
public sealed class SharedCluster : IAsyncDisposable
{
    private readonly Lazy<Task<TestCluster>> _cluster = new(() =>
        ClusterPrograms.GivenKubeconfig is { } kubeconfig ? TestCluster.UseAsync(kubeconfig) : TestCluster.StartOwnAsync());

    /// <summary>The cluster, ready; skips the test, with the reason, where there can be none.</summary>
    public Task<TestCluster> GetAsync() => _cluster.Value;

    /// <summary>Whether there can be a cluster at all.</summary>
    public static bool IsPossible => ClusterPrograms.GivenKubeconfig is not null || ClusterPrograms.WhyNone is null;

    /// <summary>Ends the cluster, if one was started.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_cluster.IsValueCreated && _cluster.Value.IsCompletedSuccessfully)
        {
            await (await _cluster.Value).DisposeAsync();
        }
    }
}
