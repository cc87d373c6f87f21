namespace MeshSecrets.Meshes.Osm;

/// <summary>The names that Open Service Mesh uses where nobody chose others (its <c>pkg/constants/constants.go</c> and chart).</summary>
internal static class OsmNames
{
    /// <summary>The namespace of its control plane.</summary>
    internal const string Namespace = "osm-system";

    /// <summary>The secret with its root, changed by <c>--ca-bundle-secret-name</c>.</summary>
    internal const string Bundle = "osm-ca-bundle";

    /// <summary>The data key with the root's private key.</summary>
    internal const string PrivateKey = "private.key";

    /// <summary>The data key with the end of the root's life, demanded from the first version to v1.0.</summary>
    internal const string Expiration = "expiration";

    /// <summary>What its service names end with.</summary>
    internal const string TrustDomain = "cluster.local";
}
