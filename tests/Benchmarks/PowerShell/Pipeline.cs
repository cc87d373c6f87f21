using System.Globalization;
using MeshSecrets.Benchmarks.Measuring;
using MeshSecrets.Benchmarks.Storing;

namespace MeshSecrets.Benchmarks.PowerShell;

/// <summary>
/// <c>1..20000 | … | New-MeshTlsKey</c> beside the engine issuing and storing the same. Both in a fresh process, from
/// opening the store to the last key stored, compilation included; of pwsh, its start and the import are left out. The
/// bare pipeline, which only makes the objects and throws them away, is measured alone.
/// </summary>
internal sealed class Pipeline : IBenchmark
{
    private const int Count = 20_000;
    private const int Rounds = 3;
    private const string What = "1..20000 | … | New-MeshTlsKey, times the engine";
    private const string Objects = "1..20000 | ForEach-Object { [pscustomobject]@{ Name = \"svc-$_\"; DnsName = \"svc-$_.shop.svc\"; SpiffeId = \"spiffe://default/svc-$_\" } }";

    public string Name => "pipeline";

    public async Task RunAsync(Report report)
    {
        if (!Host.Exists)
        {
            report.Missing(What, "there is no pwsh on PATH");
            return;
        }

        double[] cost = await Contest.LeastAsync(Rounds, EngineAsync, PipelineAsync, BareAsync);
        report.Note("engine: issuing and storing, CPU for each of 20,000", cost[0], "µs");
        report.Note("bare pipeline of 20,000 objects in pwsh, CPU for each", cost[2], "µs");
        report.Note("pipeline into New-MeshTlsKey, all of it, CPU for each", cost[1], "µs");
        report.AtMost($"{What}, all of the pipeline counted", cost[1] / cost[0], 1.5);
        report.Note($"{What}, without the bare pipeline", (cost[1] - cost[2]) / cost[0], "");
    }

    private static async Task<double> EngineAsync()
    {
        using BenchStore bench = new();
        await ChildProcess.RunSelfAsync("authority", bench.Folder);
        ChildProcess child = await ChildProcess.RunSelfAsync("issue", bench.Folder, Count.ToString(CultureInfo.InvariantCulture));
        return double.Parse(child.Output, CultureInfo.InvariantCulture);
    }

    private static async Task<double> PipelineAsync()
    {
        using BenchStore bench = new();
        await ChildProcess.RunSelfAsync("authority", bench.Folder);
        string store = Path.Combine(bench.Folder, "store");
        return await MeasureAsync($"{Objects} | New-MeshTlsKey -Store '{store}' -Issuer {IssuingIntoStore.AuthorityName} -ErrorAction Stop", bench);
    }

    private static async Task<double> BareAsync()
    {
        using BenchStore bench = new();
        return await MeasureAsync(Objects, bench);
    }

    private static async Task<double> MeasureAsync(string pipeline, BenchStore bench)
    {
        string script = $$"""
            $ErrorActionPreference = 'Stop'
            Import-Module '{{Host.Manifest}}'
            $before = [Environment]::CpuUsage.TotalTime
            $count = 0
            {{pipeline}} | . { process { $count++ } }
            $spent = [Environment]::CpuUsage.TotalTime - $before
            if ($count -ne {{Count}}) { throw "$count objects came out" }
            $spent.TotalMicroseconds / {{Count}}
            """;
        return double.Parse((await Host.RunAsync(script, bench.Folder)).Output, CultureInfo.InvariantCulture);
    }
}
