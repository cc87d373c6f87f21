namespace MeshSecrets.Meshes.Transfer;

/// <summary>What an import did with one secret.</summary>
public enum ImportStatus
{
    /// <summary>It was not there, and is now.</summary>
    Created,

    /// <summary>It was there with other content, and has the new one now; what it was stays as an earlier version.</summary>
    Updated,

    /// <summary>It was there with the same content; nothing was written.</summary>
    Unchanged,

    /// <summary>It was refused; the error says why.</summary>
    Refused,
}
