using System.Diagnostics;
using MeshSecrets.Benchmarks.Measuring;
using MeshSecrets.Issuers;
using MeshSecrets.Rotation;
using MeshSecrets.Stores;
using MeshSecrets.Stores.Kubernetes;

namespace MeshSecrets.Benchmarks.Clusters;

/// <summary>Finding what is due among 10,000 TLS keys, beside reading the same pages without a look into them.</summary>
internal static class Planning
{
    private const int Count = 10_000;
    private const int Rounds = 7;

    internal static async Task RunAsync(BenchCluster cluster, Report report)
    {
        string @namespace = await cluster.NewNamespaceAsync();
        await using KubernetesStore store = await cluster.OpenAsync(@namespace);
        await ClusterKeys.CreateAsync(store, Count);
        List<double> cpu = [];
        double[] seconds = await Contest.MediansAsync(
            Rounds,
            async () => (await cluster.Peer.AskAsync($"list {@namespace}"))[0],
            async () =>
            {
                TimeSpan before = Cpu.Start();
                double taken = await Cpu.WallSecondsAsync(() => PlanAsync(store, Count));
                cpu.Add(Cpu.Since(before).TotalMicroseconds / Count);
                return taken;
            });
        report.Note("10,000 TLS keys: the API server's own time for the list of metadata", seconds[0], "s");
        report.AtMost("finding what is due among them by the engine, times that", seconds[1] / seconds[0], 1.5);
        report.Note("the engine's CPU for each", Contest.Median(cpu), "µs");
    }

    /// <summary>Plans; about a tenth is due.</summary>
    internal static async Task PlanAsync(KubernetesStore store, int count)
    {
        using IssuerDirectory issuers = new(store, TimeProvider.System);
        LeafRotation rotation = new(store, issuers, TimeProvider.System);
        int due = await ClusterKeys.CountAsync(rotation.PlanAsync(SecretQuery.All, new RotationPolicy { Before = TimeSpan.FromDays(10) }, CancellationToken.None));
        if (Math.Abs(due - (count / 10)) > count / 100)
        {
            throw new InvalidOperationException($"{due} of {count} were due.");
        }
    }
}
