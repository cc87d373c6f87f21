using System.Globalization;
using MeshSecrets.Benchmarks.Measuring;
using MeshSecrets.Benchmarks.Storing;

namespace MeshSecrets.Benchmarks.PowerShell;

/// <summary>What importing the module adds to a bare pwsh.</summary>
internal sealed class ModuleImport : IBenchmark
{
    private const int Rounds = 10;

    public string Name => "import";

    public async Task RunAsync(Report report)
    {
        if (!Host.Exists)
        {
            report.Missing("importing the module", "there is no pwsh on PATH");
            return;
        }

        using BenchStore bench = new();
        string import = $"Import-Module '{Host.Manifest}' -ErrorAction Stop";
        string empty = Path.Combine(bench.Folder, "Empty.psd1");
        File.WriteAllText(empty, "@{ ModuleVersion = '1.0' }");
        double bareCpu = double.MaxValue;
        double importCpu = double.MaxValue;
        double[] wall = await Contest.LeastAsync(
            Rounds,
            async () =>
            {
                ChildProcess child = await Host.RunAsync("exit", bench.Folder);
                bareCpu = Math.Min(bareCpu, child.Cpu.TotalMilliseconds);
                return child.Wall.TotalMilliseconds;
            },
            async () =>
            {
                ChildProcess child = await Host.RunAsync($"{import}; exit", bench.Folder);
                importCpu = Math.Min(importCpu, child.Cpu.TotalMilliseconds);
                return child.Wall.TotalMilliseconds;
            },
            async () => (await Host.RunAsync($"Import-Module '{empty}'; exit", bench.Folder)).Wall.TotalMilliseconds);
        double[] inside = await Contest.LeastAsync(Rounds, async () =>
            double.Parse((await Host.RunAsync($"(Measure-Command {{ {import} }}).TotalMilliseconds", bench.Folder)).Output, CultureInfo.InvariantCulture));

        report.Note("bare pwsh -NoProfile, on the clock", wall[0], "ms");
        report.AtMost("importing the module adds, on the clock", wall[1] - wall[0], 80, "ms");
        report.AtMost("importing the module adds, CPU", importCpu - bareCpu, 80, "ms");
        report.Note("importing an empty module adds, on the clock: what PowerShell itself takes", wall[2] - wall[0], "ms");
        report.Note("Import-Module within the session, on the clock", inside[0], "ms");
    }
}
