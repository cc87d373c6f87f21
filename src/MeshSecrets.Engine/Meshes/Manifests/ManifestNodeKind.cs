namespace MeshSecrets.Meshes.Manifests;

/// <summary>The kinds of nodes in a YAML or JSON document.</summary>
public enum ManifestNodeKind
{
    /// <summary>A text, number, boolean or null.</summary>
    Scalar,

    /// <summary>Fields with names, in order.</summary>
    Mapping,

    /// <summary>Entries in order.</summary>
    Sequence,
}
