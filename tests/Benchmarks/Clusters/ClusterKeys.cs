using System.Diagnostics;
using MeshSecrets.Benchmarks.Measuring;
using MeshSecrets.Benchmarks.Storing;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;

namespace MeshSecrets.Benchmarks.Clusters;

/// <summary>Puts TLS keys into a cluster by the engine.</summary>
internal static class ClusterKeys
{
    /// <summary>Creates so many; what is counted is storing them.</summary>
    /// <returns>The seconds it took and the microseconds of CPU for each.</returns>
    internal static async Task<(double Seconds, double Cpu)> CreateAsync(ISecretStore store, int count)
    {
        (double seconds, double cpu) = (0, 0);
        foreach (SecretWrite[] batch in BenchStore.TlsKeys(count))
        {
            TimeSpan before = Cpu.Start();
            long begin = Stopwatch.GetTimestamp();
            IReadOnlyList<WriteResult> results = await store.PutAllAsync(batch, CancellationToken.None);
            seconds += Stopwatch.GetElapsedTime(begin).TotalSeconds;
            cpu += Cpu.Since(before).TotalMicroseconds;
            if (results.FirstOrDefault(result => result.Error is not null) is { } failed)
            {
                throw failed.Error!;
            }
        }

        return (seconds, cpu / count);
    }

    /// <summary>Counts what is found of the TLS keys.</summary>
    internal static async Task<int> CountAsync<T>(IAsyncEnumerable<T> found)
    {
        int count = 0;
        await foreach (T _ in found)
        {
            count++;
        }

        return count;
    }
}
