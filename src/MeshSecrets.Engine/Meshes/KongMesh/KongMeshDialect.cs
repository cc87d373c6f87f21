using MeshSecrets.Meshes.Dependencies;
using MeshSecrets.Meshes.Formats;
using MeshSecrets.Meshes.Kuma;
using MeshSecrets.Meshes.Rules;

namespace MeshSecrets.Meshes.KongMesh;

/// <summary>What Kong Mesh has beyond Kuma, on which it builds.</summary>
internal sealed class KongMeshDialect : IMeshDialect
{
    public string Name => "KongMesh";

    /// <summary>Kuma's forms come first and recognise these too: only the namespace that they suppose differs.</summary>
    public IReadOnlyList<SecretForm> SecretForms { get; } = [new KumaKubernetesForm("KongMeshKubernetes", "kong-mesh-system")];

    public IReadOnlyList<AuthorityFormat> AuthorityFormats { get; } = [];

    public IReadOnlyList<RuleSet> RuleSets { get; } = [KongMeshRules.Set];

    public IReadOnlyList<ResourceKind> ResourceKinds { get; } = [];
}
