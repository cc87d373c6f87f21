using MeshSecrets.Benchmarks.Measuring;

namespace MeshSecrets.Benchmarks.Manifests;

/// <summary>What reading and writing manifests costs.</summary>
internal sealed class ManifestBench : IBenchmark
{
    public string Name => "manifests";

    public async Task RunAsync(Report report)
    {
        await ReadingManifests.RunAsync(report);
        await WritingManifests.RunAsync(report);
    }
}
