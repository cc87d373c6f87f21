namespace MeshSecrets.Rotation;

/// <summary>What became of a TLS key that was due.</summary>
public enum RotationStatus
{
    /// <summary>It has a new certificate.</summary>
    Renewed,

    /// <summary>Somebody else renewed, changed or removed it meanwhile, so it was left alone.</summary>
    Superseded,

    /// <summary>It has its old certificate still.</summary>
    Failed,
}
