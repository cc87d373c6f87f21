using MeshSecrets.Meshes.Dependencies;
using MeshSecrets.Meshes.Manifests;

namespace MeshSecrets.Meshes.TrustManager;

/// <summary>A Bundle: the secrets from which it takes roots. They stand in trust-manager's own namespace, whose name the resource does not say.</summary>
internal sealed class BundleKind() : ResourceKind(BundleSpec.Group, BundleSpec.Kind)
{
    public override IEnumerable<SecretUse> FindUses(Manifest resource) =>
        from source in new BundleSpec(resource).Sources.Index()
        let secret = source.Item.Find(BundleSpec.Secret)
        where secret?["name"] is not null
        select new SecretUse(
            resource.ToString(),
            $"spec.sources[{source.Index}].{BundleSpec.Secret}",
            secret["name"]!,
            Mesh: null,
            Namespace: null,
            "trust-manager reports that the source is missing and writes the bundle no more; what is in its targets stays as it was.",
            resource.Source);
}
