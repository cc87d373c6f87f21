using MeshSecrets.Meshes.Manifests;

namespace MeshSecrets.Meshes.Transfer;

/// <summary>What an object itself says of its scope, without what its form has by default.</summary>
/// <param name="Mesh">The mesh, or <see langword="null"/> if it names none.</param>
/// <param name="Namespace">The namespace, or <see langword="null"/> if it names none.</param>
/// <param name="IsGlobal">Whether it is of a kind that belongs to no mesh.</param>
public sealed record SaidScope(string? Mesh, string? Namespace, bool IsGlobal)
{
    private const string GlobalKind = "GlobalSecret";
    private const string GlobalType = "system.kuma.io/global-secret";

    /// <summary>What a manifest says.</summary>
    /// <param name="manifest">The manifest.</param>
    /// <returns>Its scope as it stands there.</returns>
    public static SaidScope Of(Manifest manifest) => new(
        manifest.Mesh ?? manifest.Root["mesh"],
        manifest.Namespace,
        manifest.Kind == GlobalKind || manifest.Root["type"] == GlobalType);
}
