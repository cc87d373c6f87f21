namespace MeshSecrets.Meshes.Osm;

/// <summary>The certificate managers that OSM has. Its guide names a fourth, Azure Key Vault, which was never in its code.</summary>
public enum OsmManager
{
    /// <summary>OSM itself, with a root in a secret.</summary>
    Tresor,

    /// <summary>HashiCorp Vault or OpenBao.</summary>
    Vault,

    /// <summary>cert-manager.</summary>
    CertManager,
}
