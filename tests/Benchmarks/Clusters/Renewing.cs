using System.Diagnostics;
using MeshSecrets.Benchmarks.Measuring;
using MeshSecrets.Benchmarks.Storing;
using MeshSecrets.Issuers;
using MeshSecrets.Stores.Kubernetes;

namespace MeshSecrets.Benchmarks.Clusters;

/// <summary>A rotation of 1,000 due keys: whether it keeps all connections busy.</summary>
internal static class Renewing
{
    private const int Count = 1_000;
    private const int Rounds = 3;

    internal static async Task RunAsync(BenchCluster cluster, Report report)
    {
        await using KubernetesStore store = await FillAsync(cluster, Count);
        List<double> busy = [];
        double[] seconds = await Contest.MediansAsync(Rounds, async () =>
        {
            using IssuerDirectory issuers = new(store, TimeProvider.System);
            using RequestsInFlight requests = new();
            long begin = Stopwatch.GetTimestamp();
            await Rotating.RotateAsync(store, issuers, Count);
            double taken = Stopwatch.GetElapsedTime(begin).TotalSeconds;
            busy.Add(requests.Mean);
            return taken;
        });
        report.Note("finding and renewing 1,000 due keys (each one read, one issued, one applied), each second", Count / seconds[0], "");
        report.AtLeast("requests under way in the mean meanwhile, of 8", Contest.Median(busy), 6);
    }

    /// <summary>A store in a new namespace with an authority and so many keys of its issuing.</summary>
    internal static async Task<KubernetesStore> FillAsync(BenchCluster cluster, int count)
    {
        KubernetesStore store = await cluster.OpenAsync(await cluster.NewNamespaceAsync());
        await IssuingIntoStore.CreateAuthorityAsync(store);
        using IssuerDirectory issuers = new(store, TimeProvider.System);
        await IssuingIntoStore.IssueAsync(store, await issuers.FindAuthorityAsync(IssuingIntoStore.AuthorityName, mesh: null, @namespace: null, CancellationToken.None), count);
        return store;
    }
}
