using MeshSecrets.Meshes.Dependencies;
using MeshSecrets.Meshes.Formats;
using MeshSecrets.Meshes.Rules;

namespace MeshSecrets.Meshes.Kubernetes;

/// <summary>What Kubernetes itself expects, whatever the mesh.</summary>
internal sealed class KubernetesDialect : IMeshDialect
{
    public string Name => "Kubernetes";

    public IReadOnlyList<SecretForm> SecretForms { get; } = [new KubernetesSecretForm()];

    public IReadOnlyList<AuthorityFormat> AuthorityFormats { get; } = [new KubernetesTlsFormat()];

    public IReadOnlyList<RuleSet> RuleSets { get; } = [KubernetesRules.Set];

    public IReadOnlyList<ResourceKind> ResourceKinds { get; } = [];
}
