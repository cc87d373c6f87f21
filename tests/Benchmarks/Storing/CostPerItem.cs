using System.Security.Cryptography;
using MeshSecrets.Benchmarks.Measuring;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;
using MeshSecrets.Stores.Embedded;

namespace MeshSecrets.Benchmarks.Storing;

/// <summary>Whether a TLS key costs the same in a small store and in a large one, and beside one file for each.</summary>
internal sealed class CostPerItem : IBenchmark
{
    private const int Rounds = 5;

    private static readonly int[] s_sizes = [1_000, 10_000, 100_000];

    public string Name => "scaling";

    public async Task RunAsync(Report report)
    {
        double[] put = await Contest.LeastAsync(Rounds, [.. s_sizes.Select(size => (Func<Task<double>>)(() => PutAsync(size)))]);
        Write(report, "storing in batches of 1,000", put);

        List<BenchStore> benches = [.. s_sizes.Select(_ => new BenchStore())];
        List<EmbeddedStore> stores = [];
        try
        {
            for (int i = 0; i < s_sizes.Length; i++)
            {
                await BenchStore.FillAsync(benches[i].Folder, s_sizes[i]);
                stores.Add(await BenchStore.OpenAsync(benches[i].Folder));
            }

            double[] list = await Contest.LeastAsync(Rounds, [.. stores.Select((store, i) => (Func<Task<double>>)(() => ListAsync(store, s_sizes[i])))]);
            Write(report, "listing", list);
        }
        finally
        {
            foreach (EmbeddedStore store in stores)
            {
                await store.DisposeAsync();
            }

            benches.ForEach(bench => bench.Dispose());
        }

        double[] files = await Contest.LeastAsync(Rounds, () => Task.FromResult(PutAsFiles(1_000)));
        report.Note("one encrypted file for each (temporary file, fsync, rename), CPU for each of 1,000", files[0], "µs");
    }

    private static void Write(Report report, string what, double[] cost)
    {
        report.Note($"{what}, CPU for each of {s_sizes[0]:N0}", cost[0], "µs");
        report.Note($"{what}, CPU for each of {s_sizes[1]:N0}", cost[1], "µs");
        report.Note($"{what}, CPU for each of {s_sizes[2]:N0}", cost[2], "µs");
        report.AtMost($"{what}: each of the most expensive size, times each of {s_sizes[0]:N0}", cost.Max() / cost[0], 1.15);
    }

    private static async Task<double> PutAsync(int size)
    {
        // Small stores are filled several times over, so that each sum is large against the clock's steps.
        int repetitions = Math.Max(1, 20_000 / size);
        TimeSpan spent = TimeSpan.Zero;
        for (int i = 0; i < repetitions; i++)
        {
            using BenchStore bench = new();
            await using EmbeddedStore store = await BenchStore.OpenAsync(bench.Folder);
            foreach (SecretWrite[] batch in BenchStore.TlsKeys(size))
            {
                TimeSpan before = Environment.CpuUsage.TotalTime;
                await BenchStore.PutAsync(store, [batch]);
                spent += Cpu.Since(before);
            }
        }

        return spent.TotalMicroseconds / (size * repetitions);
    }

    private static async Task<double> ListAsync(EmbeddedStore store, int size)
    {
        int repetitions = Math.Max(1, 20_000 / size);
        return await Cpu.PerOperationAsync(size * repetitions, async () =>
        {
            for (int i = 0; i < repetitions; i++)
            {
                int count = 0;
                await foreach (SecretMetadata metadata in store.ListAsync(SecretQuery.All, CancellationToken.None))
                {
                    count += metadata.Certificate is null ? 0 : 1;
                }

                if (count != size)
                {
                    throw new InvalidOperationException($"Listed {count} instead of {size}.");
                }
            }
        });
    }

    private static double PutAsFiles(int count)
    {
        using BenchStore bench = new();
        using AesGcm cipher = new(RandomNumberGenerator.GetBytes(32), AesGcm.TagByteSizes.MaxSize);
        byte[] plain = RandomNumberGenerator.GetBytes(3_000);
        byte[] record = new byte[AesGcm.NonceByteSizes.MaxSize + plain.Length + AesGcm.TagByteSizes.MaxSize];
        return Cpu.PerOperation(count, number =>
        {
            Span<byte> nonce = record.AsSpan(0, AesGcm.NonceByteSizes.MaxSize);
            RandomNumberGenerator.Fill(nonce);
            cipher.Encrypt(nonce, plain, record.AsSpan(nonce.Length, plain.Length), record.AsSpan(nonce.Length + plain.Length));
            string path = Path.Combine(bench.Folder, $"svc-{number}");
            using (FileStream file = new(path + ".tmp", FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0))
            {
                file.Write(record);
                file.Flush(flushToDisk: true);
            }

            File.Move(path + ".tmp", path);
        });
    }
}
