using MeshSecrets.Meshes.Manifests;

namespace MeshSecrets;

/// <summary>One object of a manifest. Its values and fields are given out as text by ConvertTo-MeshManifest.</summary>
public sealed class MeshManifest
{
    internal MeshManifest(Manifest manifest) => Manifest = manifest;

    /// <summary>API group and version; nothing in the form that Kuma has outside Kubernetes.</summary>
    public string? ApiVersion => Manifest.ApiVersion;

    /// <summary>The kind, as <c>Secret</c> or <c>Gateway</c>.</summary>
    public string Kind => Manifest.Kind;

    /// <summary>The name.</summary>
    public string Name => Manifest.Name;

    /// <summary>The Kubernetes namespace, or nothing.</summary>
    public string? Namespace => Manifest.Namespace;

    /// <summary>The mesh, or nothing.</summary>
    public string? Mesh => Manifest.Mesh;

    /// <summary>The type of a secret; nothing for other objects.</summary>
    public string? Type => Manifest.IsUniversal ? null : Manifest.Root["type"];

    /// <summary>Where it was read.</summary>
    public string Source => Manifest.Source;

    /// <summary>The line on which it begins; 0 if it was not read from a text.</summary>
    public int Line => Manifest.Root.Line;

    internal Manifest Manifest { get; }

    /// <summary>Kind and name.</summary>
    /// <returns>For example <c>Gateway istio-system/shop</c>.</returns>
    public override string ToString() => Manifest.ToString();
}
