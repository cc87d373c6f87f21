using System.Management.Automation;

namespace MeshSecrets.Commands;

/// <summary>Work that runs while the pipeline thread does something else. Whoever disposes of it earlier stops it, and waits for its end.</summary>
/// <typeparam name="T">The result's type.</typeparam>
/// <param name="pipeline">The work.</param>
internal sealed class WorkAhead<T>(PipelineWork pipeline) : IDisposable
{
    /// <summary>What has come out; set by the work.</summary>
    internal T Result { private get; set; } = default!;

    /// <summary>Whether it has ended, so that <see cref="Finish"/> does not wait.</summary>
    internal bool HasEnded => pipeline.HasEnded;

    /// <summary>Waits for its end. On the pipeline thread only.</summary>
    /// <returns>The result.</returns>
    /// <exception cref="PipelineStoppedException">The user stopped the command, and the work has ended.</exception>
    internal T Finish()
    {
        foreach (Action step in pipeline.Steps())
        {
            step();
        }

        return Result;
    }

    /// <inheritdoc/>
    public void Dispose() => pipeline.Dispose();
}
