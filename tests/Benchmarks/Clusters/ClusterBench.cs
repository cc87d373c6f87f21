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
        if (Environment.GetEnvironmentVariable("EXPC") is { } only) { if (only.Contains('c')) await Creating.RunAsync(cluster, report); if (only.Contains('i')) await Importing.RunAsync(cluster, report); if (only.Contains('p')) await Planning.RunAsync(cluster, report); if (only.Contains('r')) await Renewing.RunAsync(cluster, report); if (only.Contains('s')) await ClusterScaling.RunAsync(cluster, report); return; }
        await Creating.RunAsync(cluster, report);
        await Importing.RunAsync(cluster, report);
        await Planning.RunAsync(cluster, report);
        await Renewing.RunAsync(cluster, report);
        await ClusterScaling.RunAsync(cluster, report);
    }
}
