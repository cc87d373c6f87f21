using MeshSecrets.Meshes.Manifests;

namespace MeshSecrets.Meshes.Kuma.Identity;

/// <summary>A MeshIdentity of Kuma 3: which proxies get which SPIFFE ID, and who signs for it. It takes the place of <c>Mesh.mtls</c>.</summary>
/// <param name="Provider">Who signs; see <see cref="IdentityProvider"/>.</param>
public sealed record MeshIdentity(ManifestNode Provider)
{
    /// <summary>The labels of the proxies that it is for; empty for all proxies of the mesh.</summary>
    public IReadOnlyDictionary<string, string> MatchLabels { get; init; } = new Dictionary<string, string>();

    /// <summary>The trust domain or a template of it; <see langword="null"/> for Kuma's default, <c>{{ .Mesh }}.{{ .Zone }}.mesh.local</c>.</summary>
    public string? TrustDomain { get; init; }

    /// <summary>A template of the SPIFFE ID's path; <see langword="null"/> for Kuma's default.</summary>
    public string? Path { get; init; }

    /// <summary>The resource.</summary>
    /// <param name="place">Where it shall stand.</param>
    /// <returns>The resource.</returns>
    public Manifest ToManifest(IdentityPlace place)
    {
        ManifestNode labels = ManifestNode.Mapping();
        foreach ((string key, string value) in MatchLabels.OrderBy(label => label.Key, StringComparer.Ordinal))
        {
            labels.Set(key, ManifestNode.String(value));
        }

        ManifestNode? spiffe = TrustDomain is null && Path is null ? null : ManifestNode.Mapping(
            ("trustDomain", ManifestNode.String(TrustDomain)),
            ("path", ManifestNode.String(Path)));
        return place.ToManifest("MeshIdentity", ManifestNode.Mapping(
            ("selector", ManifestNode.Mapping(("dataplane", ManifestNode.Mapping(("matchLabels", labels))))),
            ("spiffeID", spiffe),
            ("provider", Provider)));
    }
}
