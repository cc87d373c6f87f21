using System.Collections.Immutable;
using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Secrets;

namespace MeshSecrets.Meshes.Formats;

/// <summary>Secrets, and other objects beside them (config maps, resources), as they stand in a mesh. Disposing it zeroes the secrets.</summary>
/// <param name="secrets">The secrets, owned by this object from now on.</param>
/// <param name="manifests">The other objects.</param>
public sealed class MeshObjects(ImmutableArray<Secret> secrets, ImmutableArray<Manifest> manifests) : IDisposable
{
    /// <summary>The secrets.</summary>
    public ImmutableArray<Secret> Secrets { get; } = secrets;

    /// <summary>The other objects.</summary>
    public ImmutableArray<Manifest> Manifests { get; } = manifests;

    /// <summary>Zeroes the secrets.</summary>
    public void Dispose()
    {
        foreach (Secret secret in Secrets)
        {
            secret.Dispose();
        }
    }
}
