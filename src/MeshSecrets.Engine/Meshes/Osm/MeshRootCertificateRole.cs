namespace MeshSecrets.Meshes.Osm;

/// <summary>What OSM does with a MeshRootCertificate. At most two are active or passive at once, and at least one active.</summary>
public enum MeshRootCertificateRole
{
    /// <summary>Signs and validates.</summary>
    Active,

    /// <summary>Only validates, as during a change of roots.</summary>
    Passive,

    /// <summary>Is not used.</summary>
    Inactive,
}
