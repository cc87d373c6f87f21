using System.Diagnostics;
using System.Globalization;
using MeshSecrets.Benchmarks.Measuring;
using MeshSecrets.Meshes;
using MeshSecrets.Meshes.Formats;
using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Secrets;
using YamlDotNet.Core;

namespace MeshSecrets.Benchmarks.Manifests;

/// <summary>Reading Secrets from manifests, beside the YAML parser that it is built on, which makes nothing of what it reads.</summary>
internal static class ReadingManifests
{
    private const int Many = 10_000;
    private const int Few = 100;
    private const int Rounds = 4;

    internal static async Task RunAsync(Report report)
    {
        string folder = Directory.CreateTempSubdirectory("meshsecrets-bench-").FullName;
        try
        {
            foreach (string form in new[] { "documents", "list" })
            {
                await MeasureAsync(report, folder, form);
            }

            string json = Make(folder, "json", Many);
            double[] cost = await Contest.LeastAsync(Rounds, () => Task.FromResult(Secrets(json, Many)));
            report.Note("10,000 Secrets of a JSON list: CPU for each", cost[0], "µs");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Reads a file in a process of its own, and says how many there were and how much memory it took.</summary>
    internal static Task ReadAsync(string path)
    {
        int count = Count(path);
        using Process self = Process.GetCurrentProcess();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count} {self.PeakWorkingSet64 / 1e6:F1}"));
        return Task.CompletedTask;
    }

    private static async Task MeasureAsync(Report report, string folder, string form)
    {
        string many = Make(folder, form, Many);
        string few = Make(folder, form, Few);
        double[] cost = await Contest.LeastAsync(
            Rounds,
            () => Task.FromResult(Secrets(many, Many)),
            () => Task.FromResult(Events(many, Many)),
            () => Task.FromResult(Secrets(few, Few)));
        string what = form == "list" ? "10,000 Secrets of a YAML list" : "10,000 YAML documents";
        report.Note($"{what}: CPU for each, to a Secret", cost[0], "µs");
        report.Note($"{what}: CPU for each, YamlDotNet's parser alone", cost[1], "µs");
        report.AtMost($"{what}: to Secrets, times YamlDotNet's parser alone", cost[0] / cost[1], 1.3);
        report.AtMost($"{what}: each, times each of 100", cost[0] / cost[2], 1.15);

        string[] parts = (await ChildProcess.RunSelfAsync("manifests", many)).Output.Split(' ');
        report.AtMost($"{what} ({new FileInfo(many).Length / 1e6:F0} MB): peak memory", double.Parse(parts[1], CultureInfo.InvariantCulture), 150, "MB");
    }

    private static string Make(string folder, string form, int count)
    {
        string path = Path.Combine(folder, $"{form}-{count}");
        SecretTexts.Write(path, count, form);
        return path;
    }

    private static double Secrets(string path, int expected) => Repeated(expected, () =>
    {
        int count = Count(path);
        if (count != expected)
        {
            throw new InvalidOperationException($"Read {count} instead of {expected}.");
        }
    });

    private static double Events(string path, int expected) => Repeated(expected, () =>
    {
        using StreamReader reader = new(path);
        Parser parser = new(reader);
        while (parser.MoveNext())
        {
        }
    });

    /// <summary>Small files are read several times, so that each sum is large against the clock's steps.</summary>
    private static double Repeated(int count, Action read) => Cpu.PerOperation(Many / count, _ => read()) / count;

    private static int Count(string path)
    {
        SecretForm form = MeshDialects.FindSecretForm("Kubernetes");
        int count = 0;
        using FileStream file = File.OpenRead(path);
        foreach (Manifest manifest in ManifestReader.Read(file, path))
        {
            using Secret secret = form.Read(manifest);
            count += secret.GetData().Keys.Count == 3 ? 1 : 0;
        }

        return count;
    }
}
