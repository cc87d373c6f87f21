using System.Security.Cryptography;
using MeshSecrets.Benchmarks.Measuring;

namespace MeshSecrets.Benchmarks.Issuing;

/// <summary>Issuing P-256 leaves in memory, beside Go's crypto/x509 and beside the key generation and signature of .NET alone.</summary>
internal sealed class InMemory : IBenchmark
{
    private const int Count = 250;
    private const int Rounds = 60;

    public string Name => "issuing";

    public async Task RunAsync(Report report)
    {
        using IssuingBench bench = new();
        using GoPeer? go = await GoPeer.StartAsync();
        using ECDsa issuerKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        byte[] toBeSigned = new byte[450];

        Func<Task<double>>[] contenders =
        [
            () => Task.FromResult(Cpu.PerOperation(Count, i => bench.Issue(i))),
            () => Task.FromResult(Cpu.PerOperation(Count, bench.IssueTlsKey)),
            () => Task.FromResult(Cpu.PerOperation(Count, _ => GenerateAndSign(issuerKey, toBeSigned))),
            .. go is null ? Array.Empty<Func<Task<double>>>() : [() => go.PerOperationAsync(Count)],
        ];
        double[] cost = await Contest.LeastAsync(Rounds, contenders);

        report.Note("P-256 key pair, certificate and both PEMs, CPU", cost[0], "µs");
        report.Note("the same as a TLS key to be kept (roots, summary, record of issuance), CPU", cost[1], "µs");
        report.AtLeast("per CPU-second, times .NET's own key generation and signature", cost[2] / cost[0], 0.85);
        if (go is null)
        {
            report.Missing("per CPU-second, times Go's crypto/x509", "there is no go on PATH");
        }
        else
        {
            report.Note("Go's crypto/x509 for the same, CPU", cost[3], "µs");
            report.AtLeast("per CPU-second, times Go's crypto/x509", cost[3] / cost[0], 1.2);
        }

        await MeasureTwoThreadsAsync(report, bench);
    }

    private static void GenerateAndSign(ECDsa issuerKey, byte[] toBeSigned)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        issuerKey.SignData(toBeSigned, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }

    private static async Task MeasureTwoThreadsAsync(Report report, IssuingBench bench)
    {
        // Short slices, of which the least counts: only one in which nothing else ran shows what two cores can do.
        const int Slice = 50;
        double[] wall = await Contest.LeastAsync(
            rounds: 400,
            () => Cpu.WallSecondsAsync(() => IssueOnThreadAsync(bench, Slice)),
            () => Cpu.WallSecondsAsync(() => Task.WhenAll(IssueOnThreadAsync(bench, Slice), IssueOnThreadAsync(bench, Slice))));
        report.Note("one thread, on the clock, for each", wall[0] / Slice * 1e6, "µs");
        report.AtLeast("two threads, times one (on the clock)", 2 * wall[0] / wall[1], 1.7);
    }

    private static Task IssueOnThreadAsync(IssuingBench bench, int count) => Task.Factory.StartNew(
        () =>
        {
            for (int i = 0; i < count; i++)
            {
                bench.Issue(i);
            }
        },
        CancellationToken.None,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);
}
