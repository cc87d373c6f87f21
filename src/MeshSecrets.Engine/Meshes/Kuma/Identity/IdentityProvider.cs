using MeshSecrets.Meshes.Manifests;

namespace MeshSecrets.Meshes.Kuma.Identity;

/// <summary>Who signs for a MeshIdentity. Keys are secrets of the mesh, by name.</summary>
public static class IdentityProvider
{
    /// <summary>The control plane, with an authority that it makes or is given.</summary>
    /// <param name="certificateSecret">The secret with the authority's certificate; <see langword="null"/> to have it make one.</param>
    /// <param name="keySecret">The secret with its key.</param>
    /// <param name="allowSelfSigned">Whether the authority may be a root. One that Kuma makes always is.</param>
    /// <param name="createTrust">Whether the control plane makes the MeshTrust.</param>
    /// <param name="validFor">The life of workloads' certificates; <see langword="null"/> for Kuma's default, 5 days.</param>
    /// <returns>The node.</returns>
    public static ManifestNode Bundled(string? certificateSecret, string? keySecret, bool allowSelfSigned, bool createTrust, TimeSpan? validFor)
    {
        bool makesOne = certificateSecret is null || keySecret is null;
        return Of("Bundled", ManifestNode.Mapping(
            ("meshTrustCreation", ManifestNode.String(createTrust ? "Enabled" : "Disabled")),
            ("insecureAllowSelfSigned", allowSelfSigned || makesOne ? ManifestNode.Boolean(true) : null),
            ("certificateParameters", validFor is { } life ? ManifestNode.Mapping(("expiry", ManifestNode.String(GoDuration.Format(life)))) : null),
            ("autogenerate", makesOne ? ManifestNode.Mapping(("enabled", ManifestNode.Boolean(true))) : null),
            ("ca", makesOne ? null : ManifestNode.Mapping(("certificate", Secret(certificateSecret!)), ("privateKey", Secret(keySecret!))))));
    }

    /// <summary>SPIRE, whose agents give proxies their certificates.</summary>
    /// <param name="agentTimeout">How long a proxy waits for its agent; <see langword="null"/> for Kuma's default, one second.</param>
    /// <returns>The node.</returns>
    public static ManifestNode Spire(TimeSpan? agentTimeout) => Of("Spire", agentTimeout is { } timeout
        ? ManifestNode.Mapping(("agent", ManifestNode.Mapping(("timeout", ManifestNode.String(GoDuration.Format(timeout))))))
        : ManifestNode.Mapping());

    /// <summary>An extension of the control plane.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="config">Its settings, or <see langword="null"/>.</param>
    /// <returns>The node.</returns>
    public static ManifestNode Extension(string name, ManifestNode? config) => Of("Extension", ManifestNode.Mapping(("name", ManifestNode.String(name)), ("config", config)));

    private static ManifestNode Of(string type, ManifestNode part) => ManifestNode.Mapping(("type", ManifestNode.String(type)), (type.ToLowerInvariant(), part));

    private static ManifestNode Secret(string name) => ManifestNode.Mapping(
        ("type", ManifestNode.String("Secret")),
        ("secretRef", ManifestNode.Mapping(("kind", ManifestNode.String("Secret")), ("name", ManifestNode.String(name)))));
}
