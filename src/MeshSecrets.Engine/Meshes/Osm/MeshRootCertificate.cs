using MeshSecrets.Certificates.Names;
using MeshSecrets.Meshes.Manifests;

namespace MeshSecrets.Meshes.Osm;

/// <summary>OSM's resource for a root of a mesh, by which roots are changed (<c>config.openservicemesh.io/v1alpha2</c>, since v1.2). v0.6 has none.</summary>
public sealed record MeshRootCertificate
{
    internal const string Group = "config.openservicemesh.io";
    internal const string Kind = nameof(MeshRootCertificate);

    /// <summary>The name under which OSM makes its first one.</summary>
    public const string DefaultName = "osm-mesh-root-certificate";

    /// <summary>The name.</summary>
    public string Name { get; init; } = DefaultName;

    /// <summary>The namespace of OSM's control plane.</summary>
    public string Namespace { get; init; } = OsmNames.Namespace;

    /// <summary>Who signs. It never changes: a change of provider is a change of roots.</summary>
    public required OsmProvider Provider { get; init; }

    /// <summary>What the names of services end with. It never changes.</summary>
    public string TrustDomain { get; init; } = OsmNames.TrustDomain;

    /// <summary>What OSM does with it.</summary>
    public MeshRootCertificateRole Role { get; init; } = MeshRootCertificateRole.Active;

    /// <summary>Whether certificates get a SPIFFE ID. It never changes.</summary>
    public bool SpiffeEnabled { get; init; }

    /// <summary>The resource.</summary>
    /// <returns>The manifest.</returns>
    /// <exception cref="MeshException"><c>OsmRootCertificateInvalid</c>: OSM's own validator would refuse it. <c>SpiffeIdInvalid</c>: the trust domain is none.</exception>
    public Manifest ToManifest()
    {
        if (TrustDomain.Length == 0)
        {
            throw OsmErrors.RootCertificateInvalid(Name, "its trust domain is empty");
        }

        _ = SpiffeId.Parse($"spiffe://{TrustDomain}");
        if (Provider.FindFault() is { } fault)
        {
            throw OsmErrors.RootCertificateInvalid(Name, fault);
        }

        Manifest manifest = Manifest.Create($"{Group}/v1alpha2", Kind, Name, Namespace);
        manifest.Root.Set("spec", ManifestNode.Mapping(
            ("provider", ManifestNode.Mapping((Provider.Field, Provider.ToNode()))),
            ("trustDomain", ManifestNode.String(TrustDomain)),
            ("role", ManifestNode.String(Role.ToString().ToLowerInvariant())),
            ("spiffeEnabled", ManifestNode.Boolean(SpiffeEnabled))));
        return manifest;
    }
}
