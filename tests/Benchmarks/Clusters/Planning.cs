using System.Globalization;
using MeshSecrets.Benchmarks.Measuring;
using MeshSecrets.Benchmarks.PowerShell;
using MeshSecrets.Benchmarks.Storing;
using MeshSecrets.Issuers;
using MeshSecrets.Rotation;
using MeshSecrets.Stores;
using MeshSecrets.Stores.Kubernetes;

namespace MeshSecrets.Benchmarks.Clusters;

/// <summary>Finding what is due among 10,000 TLS keys, beside reading the same pages without a look into them.</summary>
internal static class Planning
{
    private const int Count = 10_000;
    private const int Rounds = 5;
    private const int PowerShellRounds = 3;

    internal static async Task RunAsync(BenchCluster cluster, Report report)
    {
        string @namespace = await cluster.NewNamespaceAsync();
        await using KubernetesStore store = await cluster.OpenAsync(@namespace);
        await ClusterKeys.CreateAsync(store, Count);
        List<double> cpu = [];
        double[] seconds = await Contest.MediansAsync(
            Rounds,
            async () => (await cluster.Peer.AskAsync($"list {@namespace}"))[0],
            async () =>
            {
                TimeSpan before = Cpu.Start();
                double taken = await Cpu.WallSecondsAsync(() => PlanAsync(store, Count));
                cpu.Add(Cpu.Since(before).TotalMicroseconds / Count);
                return taken;
            });
        report.Note("10,000 TLS keys: the API server's own time for the list of metadata", seconds[0], "s");
        report.AtMost("finding what is due among them by the engine, times that", seconds[1] / seconds[0], 1.5);
        report.Note("the engine's CPU for each", Contest.Median(cpu), "µs");
        await RunInPowerShellAsync(cluster, @namespace, report);
    }

    /// <summary>In a fresh pwsh each time, so that code is compiled within what is counted.</summary>
    private static async Task RunInPowerShellAsync(BenchCluster cluster, string @namespace, Report report)
    {
        using BenchStore home = new();
        List<double> peaks = [];
        double[] seconds = await Contest.MediansAsync(
            PowerShellRounds,
            async () => (await cluster.Peer.AskAsync($"list {@namespace}"))[0],
            async () =>
            {
                string answer = (await Host.RunAsync(Script(cluster, @namespace), home.Folder)).Output.Split('\n')[^1];
                double[] numbers = [.. answer.Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture))];
                peaks.Add(numbers[1]);
                return numbers[0];
            });
        report.AtMost("Invoke-MeshCertRotation -WhatIf in pwsh, times the API server's own time", seconds[1] / seconds[0], 1.5);
        report.AtMost("peak memory of that pwsh", Contest.Median(peaks), 250, "MB");
    }

    private static string Script(BenchCluster cluster, string @namespace) => $$"""
        $ErrorActionPreference = 'Stop'
        Import-Module '{{Host.Manifest}}'
        $null = Connect-MeshStore -Kubernetes -Kubeconfig '{{cluster.KubeconfigPath}}' -Namespace '{{@namespace}}'
        $watch = [Diagnostics.Stopwatch]::StartNew()
        $count = @(Invoke-MeshCertRotation -Before 10d -WhatIf).Count
        $seconds = $watch.Elapsed.TotalSeconds
        if ([Math]::Abs($count - {{Count / 10}}) -gt {{Count / 100}}) { throw "$count were due" }
        $peak = [long]((Select-String -Path /proc/self/status -Pattern 'VmHWM:\s+(\d+)').Matches[0].Groups[1].Value) / 1024
        "$seconds $peak"
        """;

    /// <summary>Plans; about a tenth is due.</summary>
    internal static async Task PlanAsync(KubernetesStore store, int count)
    {
        using IssuerDirectory issuers = new(store, TimeProvider.System);
        LeafRotation rotation = new(store, issuers, TimeProvider.System);
        int due = await ClusterKeys.CountAsync(rotation.PlanAsync(SecretQuery.All, new RotationPolicy { Before = TimeSpan.FromDays(10) }, CancellationToken.None));
        if (Math.Abs(due - (count / 10)) > count / 100)
        {
            throw new InvalidOperationException($"{due} of {count} were due.");
        }
    }
}
