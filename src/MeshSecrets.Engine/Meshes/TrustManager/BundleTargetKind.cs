using MeshSecrets.Meshes.Dependencies;
using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Stores;

namespace MeshSecrets.Meshes.TrustManager;

/// <summary>A config map with roots that trust-manager wrote, or that is labelled as if it had. It refers to no secret.</summary>
internal sealed class BundleTargetKind() : ResourceKind("", BundleSpec.TargetKind)
{
    public override IEnumerable<ResourceSelection> Selections => [new ResourceSelection(new ResourceType("", Kind), Label: BundleSpec.TargetLabel)];

    public override bool Matches(Manifest manifest) => base.Matches(manifest) && manifest.Labels.ContainsKey(BundleSpec.TargetLabel);

    public override IEnumerable<SecretUse> FindUses(Manifest resource) => [];
}
