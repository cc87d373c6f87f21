using MeshSecrets.Benchmarks.Measuring;
using MeshSecrets.Stores.Kubernetes;

namespace MeshSecrets.Benchmarks.Clusters;

/// <summary>Creating 1,000 TLS secrets, 8 at a time, by turns with the Go peer, which sends the same bodies.</summary>
internal static class Creating
{
    private const int Count = 1_000;
    private const int Rounds = 5;

    internal static async Task RunAsync(BenchCluster cluster, Report report)
    {
        string @namespace = await cluster.NewNamespaceAsync();
        await using KubernetesStore store = await cluster.OpenAsync(@namespace);
        await ClusterKeys.CreateAsync(store, Count);
        await cluster.Peer.AskAsync($"load {@namespace}");
        List<double> ours = [];
        List<double> theirs = [];
        double[] seconds = await Contest.MediansAsync(
            Rounds,
            async () =>
            {
                await cluster.Peer.AskAsync($"clear {@namespace}");
                (double taken, double cpu) = await ClusterKeys.CreateAsync(store, Count);
                ours.Add(cpu);
                return taken;
            },
            async () =>
            {
                await cluster.Peer.AskAsync($"clear {@namespace}");
                double[] answer = await cluster.Peer.AskAsync($"create {@namespace}");
                theirs.Add(answer[1]);
                return answer[0];
            });
        report.Note("a cluster: creating 1,000 TLS secrets, 8 at a time, each second", Count / seconds[0], "");
        report.Note("the Go client with the same bodies, each second", Count / seconds[1], "");
        report.AtLeast("our rate, times the Go client's", seconds[1] / seconds[0], 0.9);
        report.Note("our CPU for each", Contest.Median(ours), "µs");
        report.Note("the Go client's CPU for each", Contest.Median(theirs), "µs");
    }
}
