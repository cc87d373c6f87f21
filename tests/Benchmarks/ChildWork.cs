using MeshSecrets.Benchmarks.Manifests;
using MeshSecrets.Benchmarks.Storing;

namespace MeshSecrets.Benchmarks;

/// <summary>Work that this program does in a process of its own, because start, memory or cold files are what is measured.</summary>
internal static class ChildWork
{
    internal const string Switch = "--child";

    internal static Task RunAsync(string[] arguments) => arguments switch
    {
        ["fill", string folder, string count] => BenchStore.FillAsync(folder, int.Parse(count, null)),
        ["list", string folder] => ColdReading.ListAsync(folder),
        ["due", string folder] => ColdReading.FindDueAsync(folder),
        ["stream", string folder] => ColdReading.StreamAsync(folder),
        ["authority", string folder] => IssuingIntoStore.CreateAuthorityAsync(folder),
        ["issue", string folder, string count] => IssuingIntoStore.IssueAsync(folder, int.Parse(count, null)),
        ["manifests", string path] => ReadingManifests.ReadAsync(path),
        _ => throw new ArgumentException($"Unknown work: {string.Join(' ', arguments)}", nameof(arguments)),
    };
}
