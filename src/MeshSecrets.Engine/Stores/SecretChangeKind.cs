namespace MeshSecrets.Stores;

/// <summary>What happened to a secret.</summary>
public enum SecretChangeKind
{
    /// <summary>It was there when the watch began.</summary>
    Present,

    /// <summary>It is new.</summary>
    Added,

    /// <summary>Its values or its metadata changed.</summary>
    Changed,

    /// <summary>It is gone.</summary>
    Removed,
}
