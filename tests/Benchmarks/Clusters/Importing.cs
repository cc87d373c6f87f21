using System.Globalization;
using MeshSecrets.Benchmarks.Issuing;
using MeshSecrets.Benchmarks.Measuring;
using MeshSecrets.Benchmarks.PowerShell;
using MeshSecrets.Issuers;
using MeshSecrets.Secrets;

namespace MeshSecrets.Benchmarks.Clusters;

/// <summary>1,000 files of one TLS secret each: <c>Import-MeshSecret</c> in a real pwsh beside <c>kubectl apply -f</c>.</summary>
internal static class Importing
{
    private const int Count = 1_000;
    private const int Rounds = 2;

    internal static async Task RunAsync(BenchCluster cluster, Report report)
    {
        string @namespace = await cluster.NewNamespaceAsync();
        DirectoryInfo home = Directory.CreateTempSubdirectory("meshsecrets-bench-");
        try
        {
            string files = Path.Combine(home.FullName, "files");
            await WriteAsync(files);
            await ByTurnsAsync(cluster, @namespace, home.FullName, files, report);
        }
        finally
        {
            home.Delete(recursive: true);
        }
    }

    private static async Task ByTurnsAsync(BenchCluster cluster, string @namespace, string home, string files, Report report)
    {
        string kubectl = ChildProcess.Find("kubectl")!;
        List<double> whole = [];
        double[] seconds = await Contest.MediansAsync(
            Rounds,
            async () =>
            {
                await cluster.Peer.AskAsync($"clear {@namespace}");
                ChildProcess child = await ChildProcess.RunAsync(
                    kubectl, ["apply", "-f", files, "-n", @namespace, "--kubeconfig", cluster.KubeconfigPath, "--cache-dir", Path.Combine(home, "kubectl")]);
                return child.Wall.TotalSeconds;
            },
            async () =>
            {
                await cluster.Peer.AskAsync($"clear {@namespace}");
                ChildProcess child = await Host.RunAsync(Script(cluster, @namespace, files), home);
                whole.Add(child.Wall.TotalSeconds);
                return double.Parse(child.Output, CultureInfo.InvariantCulture);
            });
        report.Note("kubectl apply -f of 1,000 files of one TLS secret each, on the clock", seconds[0], "s");
        report.AtLeast("rate of Import-MeshSecret with the same files, within the session, times kubectl's", seconds[0] / seconds[1], 10);
        report.Note("the same with the start of pwsh, the import of the module and connecting", seconds[0] / Contest.Median(whole), "");
    }

    private static string Script(BenchCluster cluster, string @namespace, string files) => $$"""
        $ErrorActionPreference = 'Stop'
        Import-Module '{{Host.Manifest}}'
        $null = Connect-MeshStore -Kubernetes -Kubeconfig '{{cluster.KubeconfigPath}}' -Namespace '{{@namespace}}'
        $watch = [Diagnostics.Stopwatch]::StartNew()
        $imported = @(Import-MeshSecret -Path '{{files}}')
        $seconds = $watch.Elapsed.TotalSeconds
        $created = @($imported | Where-Object { $_.Status -eq 'Created' -and $_.Namespace -eq '{{@namespace}}' }).Count
        if ($created -ne {{Count}}) { throw "$created of $($imported.Count) secrets were created" }
        $seconds
        """;

    /// <summary>As kubectl create secret tls --dry-run would write them; one key pair, as reading is not what is measured.</summary>
    private static async Task WriteAsync(string folder)
    {
        Directory.CreateDirectory(folder);
        using IssuingBench bench = new();
        using Secret key = (await TlsKeyIssuance.IssueAsync(IssuingBench.Order(0), bench.Authority, CancellationToken.None)).Secret;
        SecretData data = key.GetData();
        string values = string.Concat(data.Keys.Select(name => $"  {name}: {Convert.ToBase64String(data.GetValue(name).Span)}\n"));
        for (int i = 0; i < Count; i++)
        {
            await File.WriteAllTextAsync(
                Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"svc-{i:D4}.yaml")),
                string.Create(CultureInfo.InvariantCulture, $"apiVersion: v1\ndata:\n{values}kind: Secret\nmetadata:\n  labels:\n    app: svc-{i}\n  name: svc-{i:D4}\ntype: kubernetes.io/tls\n"));
        }
    }
}
