using MeshSecrets.Meshes.Dependencies;
using MeshSecrets.Meshes.Formats;
using MeshSecrets.Meshes.Gloo.Relay;
using MeshSecrets.Meshes.Gloo.RootTrust;
using MeshSecrets.Meshes.Rules;

namespace MeshSecrets.Meshes.Gloo;

/// <summary>What Gloo Mesh expects: the relay between its agents and its management plane, and the roots of its virtual meshes.</summary>
internal sealed class GlooDialect : IMeshDialect
{
    public string Name => "Gloo Mesh";

    public IReadOnlyList<SecretForm> SecretForms { get; } = [new RelaySecretForm()];

    public IReadOnlyList<AuthorityFormat> AuthorityFormats { get; } = [new RelayRootFormat(), new RelaySigningFormat(), new VirtualMeshFormat()];

    public IReadOnlyList<RuleSet> RuleSets { get; } = [RelayRules.Set, VirtualMeshRules.Set];

    public IReadOnlyList<ResourceKind> ResourceKinds { get; } =
    [
        new RootTrustKind(RootTrustSettings.VirtualMeshGroup, RootTrustSettings.VirtualMeshKind),
        new RootTrustKind(RootTrustSettings.PolicyGroup, RootTrustSettings.PolicyKind),
        new RelayDeploymentKind(),
    ];
}
