using MeshSecrets.Meshes.Manifests;

namespace MeshSecrets.Meshes.Gloo.RootTrust;

/// <summary>An object that a resource refers to.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Namespace">Its namespace.</param>
public sealed record SecretReference(string Name, string Namespace)
{
    internal ManifestNode ToNode() => ManifestNode.Mapping(("name", ManifestNode.String(Name)), ("namespace", ManifestNode.String(Namespace)));
}
