using MeshSecrets.Benchmarks.Measuring;
using MeshSecrets.Benchmarks.Storing;
using MeshSecrets.Issuers;
using MeshSecrets.Stores;
using MeshSecrets.Stores.Kubernetes;

namespace MeshSecrets.Benchmarks.Clusters;

/// <summary>Whether a TLS key costs the same among a hundred in a cluster and among ten thousand: CPU of this process.</summary>
internal static class ClusterScaling
{
    private static readonly int[] s_sizes = [100, 1_000, 10_000];

    internal static async Task RunAsync(BenchCluster cluster, Report report)
    {
        await CreateAsync(cluster, s_sizes[1]); // Code is compiled.
        Write(report, "creating", await ForEachSizeAsync(size => CreateAsync(cluster, size)));

        List<KubernetesStore> stores = [];
        foreach (int size in s_sizes)
        {
            stores.Add(await Renewing.FillAsync(cluster, size));
        }

        KubernetesStore StoreOf(int size) => stores[Array.IndexOf(s_sizes, size)];
        Write(report, "listing", (await Contest.LeastAsync(5, [.. s_sizes.Select(size => (Func<Task<double>>)(() => RepeatAsync(size, () => ListAsync(StoreOf(size)))))])));
        Write(report, "planning and renewing", await ForEachSizeAsync(size => RepeatAsync(size, () => RotateAsync(StoreOf(size), size))));
        foreach (KubernetesStore store in stores)
        {
            await store.DisposeAsync();
        }
    }

    private static async Task<double[]> ForEachSizeAsync(Func<int, Task<double>> measure)
    {
        double[] cost = new double[s_sizes.Length];
        await measure(s_sizes[1]);
        for (int i = 0; i < cost.Length; i++)
        {
            cost[i] = await measure(s_sizes[i]);
        }

        return cost;
    }

    /// <summary>Small stores are gone through several times, so that each sum is large against the clock's steps.</summary>
    private static async Task<double> RepeatAsync(int size, Func<Task> work)
    {
        int repetitions = Math.Max(1, 2_000 / size);
        return await Cpu.PerOperationAsync(size * repetitions, async () =>
        {
            for (int i = 0; i < repetitions; i++)
            {
                await work();
            }
        });
    }

    private static async Task<double> CreateAsync(BenchCluster cluster, int size)
    {
        int repetitions = Math.Max(1, 2_000 / size);
        double cost = 0;
        await using KubernetesStore store = await cluster.OpenAsync(await cluster.NewNamespaceAsync());
        for (int i = 0; i < repetitions; i++)
        {
            cost += (await ClusterKeys.CreateAsync(store, size)).Cpu;
            await cluster.Peer.AskAsync($"clear {store.UsualNamespace}");
        }

        return cost / repetitions;
    }

    private static Task ListAsync(KubernetesStore store) => ClusterKeys.CountAsync(store.ListAsync(SecretQuery.All, CancellationToken.None));

    private static async Task RotateAsync(KubernetesStore store, int size)
    {
        using IssuerDirectory issuers = new(store, TimeProvider.System);
        await Rotating.RotateAsync(store, issuers, size);
    }

    private static void Write(Report report, string what, double[] cost)
    {
        for (int i = 0; i < cost.Length; i++)
        {
            report.Note($"{what}, CPU for each of {s_sizes[i]:N0}", cost[i], "µs");
        }

        report.AtMost($"{what}: each of the most expensive size, times each of {s_sizes[0]:N0}", cost.Max() / cost[0], 1.15);
    }
}
