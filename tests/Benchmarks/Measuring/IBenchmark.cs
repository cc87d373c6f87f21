namespace MeshSecrets.Benchmarks.Measuring;

/// <summary>Something that is measured.</summary>
internal interface IBenchmark
{
    /// <summary>The name by which it is chosen.</summary>
    string Name { get; }

    /// <summary>Measures.</summary>
    /// <param name="report">Takes the figures.</param>
    /// <returns>A task.</returns>
    Task RunAsync(Report report);
}
