using System.Diagnostics;
using System.Globalization;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;
using MeshSecrets.Stores.Embedded;

namespace MeshSecrets.Benchmarks.Storing;

/// <summary>Reading of a large store by a process that has just started. Each writes: how many, seconds, peak of memory in MB.</summary>
internal static class ColdReading
{
    internal static Task ListAsync(string folder) => MeasureAsync(folder, store => CountAsync(store, SecretQuery.All));

    internal static Task FindDueAsync(string folder) => MeasureAsync(
        folder,
        store => CountAsync(store, new SecretQuery { Types = [SecretType.Tls], ExpiresBefore = TimeProvider.System.GetUtcNow().AddDays(30) }));

    /// <summary>Every secret with its values, one after another.</summary>
    internal static Task StreamAsync(string folder) => MeasureAsync(folder, async store =>
    {
        int count = 0;
        await foreach (SecretMetadata metadata in store.ListAsync(SecretQuery.All, CancellationToken.None))
        {
            using Secret secret = await store.GetRequiredAsync(metadata.Id, CancellationToken.None);
            count += secret.GetData().GetValue(DataKey.PrivateKey).IsEmpty ? 0 : 1;
        }

        return count;
    });

    private static async Task MeasureAsync(string folder, Func<EmbeddedStore, Task<int>> read)
    {
        long before = Stopwatch.GetTimestamp();
        await using EmbeddedStore store = await BenchStore.OpenAsync(folder);
        int count = await read(store);
        double seconds = Stopwatch.GetElapsedTime(before).TotalSeconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count} {seconds:F4} {PeakMegabytes():F1}"));
    }

    private static async Task<int> CountAsync(EmbeddedStore store, SecretQuery query)
    {
        int count = 0;
        await foreach (SecretMetadata metadata in store.ListAsync(query, CancellationToken.None))
        {
            count += metadata.Certificate is null ? 0 : 1;
        }

        return count;
    }

    private static double PeakMegabytes()
    {
        string line = File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) / 1024;
    }
}
