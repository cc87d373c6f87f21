namespace MeshSecrets.Meshes.Manifests;

/// <summary>What a manifest's text consists of, in YAML as in JSON.</summary>
internal enum ManifestToken
{
    /// <summary>The text ends.</summary>
    End,

    /// <summary>A mapping begins; names and values follow by turns.</summary>
    MappingStart,

    /// <summary>A mapping ends.</summary>
    MappingEnd,

    /// <summary>A sequence begins.</summary>
    SequenceStart,

    /// <summary>A sequence ends.</summary>
    SequenceEnd,

    /// <summary>A text, number, boolean or null, or a field's name.</summary>
    Scalar,
}
