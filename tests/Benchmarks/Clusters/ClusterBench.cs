using MeshSecrets.Benchmarks.Measuring;

namespace MeshSecrets.Benchmarks.Clusters;

/// <summary>The Kubernetes store on a real API server, beside a Go client and kubectl.</summary>
internal sealed class ClusterBench : IBenchmark
{
    public string Name => "kubernetes";

    public async Task RunAsync(Report report)
    {
        if (BenchCluster.WhyNone is { } reason)
        {
            report.Missing("the Kubernetes store", reason);
            return;
        }

        await using BenchCluster cluster = await BenchCluster.StartAsync();
        await Creating.RunAsync(cluster, report);
        await Importing.RunAsync(cluster, report);
        await Planning.RunAsync(cluster, report);
        await Renewing.RunAsync(cluster, report);
        await ClusterScaling.RunAsync(cluster, report);
    }
}
