using MeshSecrets.Secrets;

namespace MeshSecrets.Meshes.Transfer;

/// <summary>Files that take secrets, one after another, each readable by its owner only. What is not completed leaves nothing behind.</summary>
public abstract class SecretFiles : IDisposable
{
    /// <summary>Writes a secret.</summary>
    /// <param name="secret">The secret; it stays the caller's.</param>
    /// <returns>The files that are complete by it.</returns>
    /// <exception cref="MeshException"><c>FormatCannotCarry</c>, <c>FileExists</c> and the other errors of writing; nothing is written of this secret then.</exception>
    public abstract IReadOnlyList<string> Write(Secret secret);

    /// <summary>Ends what is common to all secrets.</summary>
    /// <returns>The files that are complete by it.</returns>
    public virtual IReadOnlyList<string> Complete() => [];

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Removes what was not completed.</summary>
    /// <param name="disposing">Whether it is called by <see cref="Dispose()"/>.</param>
    protected virtual void Dispose(bool disposing)
    {
    }
}
