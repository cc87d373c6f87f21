using MeshSecrets.Meshes.Manifests;

namespace MeshSecrets.Meshes.Kuma;

/// <summary>
/// Where Kuma takes a value from: a secret of the mesh, or a file of the control plane. Values within the resource are
/// not made here: everyone who may read the resource would read them.
/// </summary>
public static class DataSource
{
    /// <summary>A secret of the mesh.</summary>
    /// <param name="name">Its name; <see langword="null"/> for no data source.</param>
    /// <returns>The node.</returns>
    [return: System.Diagnostics.CodeAnalysis.NotNullIfNotNull(nameof(name))]
    public static ManifestNode? Secret(string? name) => name is null ? null : ManifestNode.Mapping(("secret", ManifestNode.String(name)));

    /// <summary>A file of the control plane.</summary>
    /// <param name="path">Its path there; <see langword="null"/> for no data source.</param>
    /// <returns>The node.</returns>
    [return: System.Diagnostics.CodeAnalysis.NotNullIfNotNull(nameof(path))]
    public static ManifestNode? File(string? path) => path is null ? null : ManifestNode.Mapping(("file", ManifestNode.String(path)));
}
