// dotnet run -c Release --project tests/Benchmarks [-- [name …] [--check]]
// Without names all is measured. With --check a missed target makes the exit code 1.

using System.Globalization;
using MeshSecrets.Benchmarks;
using MeshSecrets.Benchmarks.Clusters;
using MeshSecrets.Benchmarks.Issuing;
using MeshSecrets.Benchmarks.Manifests;
using MeshSecrets.Benchmarks.Measuring;
using MeshSecrets.Benchmarks.PowerShell;
using MeshSecrets.Benchmarks.Storing;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is [ChildWork.Switch, .. string[] work])
{
    await ChildWork.RunAsync(work);
    return 0;
}

IBenchmark[] all = [new InMemory(), new OpenSslCommand(), new CostPerItem(), new HundredThousand(), new Rotating(), new ManifestBench(), new Pipeline(), new ModuleImport(), new ClusterBench()];
string[] names = [.. args.Where(argument => argument != "--check")];
if (names.Except(all.Select(benchmark => benchmark.Name)).ToArray() is { Length: > 0 } unknown)
{
    Console.Error.WriteLine($"Unknown: {string.Join(", ", unknown)}. There are {string.Join(", ", all.Select(benchmark => benchmark.Name))}.");
    return 2;
}

Report report = new(Console.Out);
foreach (IBenchmark benchmark in all.Where(benchmark => names.Length == 0 || names.Contains(benchmark.Name)))
{
    await benchmark.RunAsync(report);
}

return args.Contains("--check") && report.Missed > 0 ? 1 : 0;
