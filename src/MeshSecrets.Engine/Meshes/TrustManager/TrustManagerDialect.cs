using MeshSecrets.Meshes.Dependencies;
using MeshSecrets.Meshes.Formats;
using MeshSecrets.Meshes.Rules;

namespace MeshSecrets.Meshes.TrustManager;

/// <summary>trust-manager, which distributes bundles of roots within a cluster, whatever the mesh.</summary>
internal sealed class TrustManagerDialect : IMeshDialect
{
    public string Name => "trust-manager";

    public IReadOnlyList<SecretForm> SecretForms { get; } = [];

    public IReadOnlyList<AuthorityFormat> AuthorityFormats { get; } = [new BundleFormat()];

    public IReadOnlyList<RuleSet> RuleSets { get; } = [BundleRules.Set];

    public IReadOnlyList<ResourceKind> ResourceKinds { get; } = [new BundleKind(), new BundleTargetKind()];
}
