using MeshSecrets.Meshes.Dependencies;
using MeshSecrets.Meshes.Manifests;

namespace MeshSecrets.Meshes.Istio.Resources;

/// <summary>istiod itself: it mounts the authority that is plugged into it.</summary>
internal sealed class IstiodDeploymentKind() : ResourceKind("apps", "Deployment")
{
    public override bool Matches(Manifest manifest) => base.Matches(manifest) && (manifest.Name.StartsWith("istiod", StringComparison.Ordinal) || manifest.Labels.GetValueOrDefault("app") == "istiod");

    public override IEnumerable<SecretUse> FindUses(Manifest resource) =>
        from volume in resource.Spec.Find("template", "spec", "volumes")?.Entries ?? []
        let name = volume.Find("secret")?["secretName"]
        where name == IstioNames.Cacerts
        select new SecretUse(
            resource.ToString(),
            $"template.spec.volumes[{volume["name"]}].secret.secretName",
            name,
            Mesh: null,
            resource.Namespace ?? IstioNames.Namespace,
            "With its next start istiod makes a root of its own: no workload trusts those that it signed before.",
            resource.Source);
}
