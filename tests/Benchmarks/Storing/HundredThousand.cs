using System.Globalization;
using MeshSecrets.Benchmarks.Measuring;

namespace MeshSecrets.Benchmarks.Storing;

/// <summary>A store of 100,000 TLS keys, read by fresh processes.</summary>
internal sealed class HundredThousand : IBenchmark
{
    private const int Count = 100_000;
    private const int Due = 30_000;
    private const int Rounds = 4;

    public string Name => "large";

    public async Task RunAsync(Report report)
    {
        using BenchStore bench = new();
        await ChildProcess.RunSelfAsync("fill", bench.Folder, Count.ToString(CultureInfo.InvariantCulture));
        double peakOfListing = 0;
        double[] seconds = await Contest.LeastAsync(
            Rounds,
            async () =>
            {
                Reading listing = await ReadAsync("list", bench, Count);
                peakOfListing = Math.Max(peakOfListing, listing.Megabytes);
                return listing.Seconds;
            },
            async () => (await ReadAsync("due", bench, Due)).Seconds);
        report.AtMost("100,000 TLS keys: opening and listing all, on the clock of a fresh process", seconds[0], 1.5, "s");
        report.AtMost("100,000 TLS keys: opening and finding those due within 30 days", seconds[1], 1.5, "s");

        Reading stream = await ReadAsync("stream", bench, Count);
        report.AtMost("100,000 TLS keys: peak memory while all are listed", peakOfListing, 300, "MB");
        report.AtMost("100,000 TLS keys: peak memory while all are read with their values", stream.Megabytes, 300, "MB");
        report.Note("100,000 TLS keys: reading all with their values, on the clock", stream.Seconds, "s");
    }

    private static async Task<Reading> ReadAsync(string what, BenchStore bench, int expected)
    {
        string[] parts = (await ChildProcess.RunSelfAsync(what, bench.Folder)).Output.Split(' ');
        int count = int.Parse(parts[0], CultureInfo.InvariantCulture);

        // The moment of filling lies a little before that of asking.
        return Math.Abs(count - expected) <= Count / 1000
            ? new Reading(double.Parse(parts[1], CultureInfo.InvariantCulture), double.Parse(parts[2], CultureInfo.InvariantCulture))
            : throw new InvalidOperationException($"{what} found {count} instead of {expected}.");
    }

    private sealed record Reading(double Seconds, double Megabytes);
}
