using MeshSecrets.Meshes.Dependencies;
using MeshSecrets.Meshes.Kuma.Mtls;
using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Secrets;

namespace MeshSecrets.Meshes.Kuma.Dependencies;

/// <summary>A kind of resource that Kuma has on Kubernetes and outside it.</summary>
/// <param name="kind">The kind.</param>
internal abstract class KumaKind(string kind) : ResourceKind(MtlsSettings.ApiGroup, kind)
{
    public override bool Matches(Manifest manifest) => manifest.Kind == Kind && (manifest.IsUniversal || manifest.ApiGroup == Group);

    /// <summary>The mesh of a resource that lives in one: what it names, on old versions of Kuma a field at the top, else the default.</summary>
    private protected static string MeshOf(Manifest resource) => resource.Mesh ?? resource.Root["mesh"] ?? SecretId.DefaultMesh;
}
