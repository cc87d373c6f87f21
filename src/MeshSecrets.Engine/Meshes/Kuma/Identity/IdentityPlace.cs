using System.Collections.Immutable;
using MeshSecrets.Meshes.Manifests;

namespace MeshSecrets.Meshes.Kuma.Identity;

/// <summary>Where a MeshIdentity or MeshTrust stands.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Mesh">Its mesh.</param>
/// <param name="Namespace">The control plane's namespace, the only one in which Kuma allows it; <see langword="null"/> for Kuma outside Kubernetes.</param>
public sealed record IdentityPlace(string Name, string Mesh, string? Namespace)
{
    internal Manifest ToManifest(string kind, ManifestNode spec)
    {
        if (Namespace is not null)
        {
            Manifest manifest = Manifest.Create("kuma.io/v1alpha1", kind, Name, Namespace, ImmutableSortedDictionary<string, string>.Empty.Add(KumaSecret.MeshLabel, Mesh));
            manifest.Root.Set("spec", spec);
            return manifest;
        }

        ManifestNode root = ManifestNode.Mapping(
            ("type", ManifestNode.String(kind)),
            ("mesh", ManifestNode.String(Mesh)),
            ("name", ManifestNode.String(Name)),
            ("spec", spec));
        return new Manifest(root, $"{kind} {Mesh}/{Name}");
    }
}
