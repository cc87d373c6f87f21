using MeshSecrets.Meshes.Dependencies;
using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Stores;

namespace MeshSecrets.Meshes.Istio.Resources;

/// <summary>The config map <c>istio-ca-root-cert</c>, by which workloads trust. It refers to no secret; the roots stand in it.</summary>
internal sealed class CaRootCertKind() : ResourceKind("", "ConfigMap")
{
    // There are config maps of all sorts in a cluster, so these alone are asked for.
    public override IEnumerable<ResourceSelection> Selections => [new ResourceSelection(new ResourceType("", Kind), IstioNames.CaRootCert)];

    public override bool Matches(Manifest manifest) => base.Matches(manifest) && manifest.Name == IstioNames.CaRootCert;

    public override IEnumerable<SecretUse> FindUses(Manifest resource) => [];
}
