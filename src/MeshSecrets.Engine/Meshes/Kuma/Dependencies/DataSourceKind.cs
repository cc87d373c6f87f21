using MeshSecrets.Meshes.Dependencies;
using MeshSecrets.Meshes.Manifests;

namespace MeshSecrets.Meshes.Kuma.Dependencies;

/// <summary>A resource whose TLS settings refer to secrets of its mesh.</summary>
/// <param name="kind">MeshGateway, ExternalService or MeshExternalService.</param>
/// <param name="section">The part in which the references stand.</param>
/// <param name="effect">What happens when the secret goes.</param>
internal sealed class DataSourceKind(string kind, string section, string effect) : KumaKind(kind)
{
    public override IEnumerable<SecretUse> FindUses(Manifest resource) =>
        DataSourceUse.Find(resource.Spec.Find(section), section)
            .Select(use => new SecretUse(resource.ToString(), use.Field, use.SecretName, MeshOf(resource), Namespace: null, effect, resource.Source));
}
