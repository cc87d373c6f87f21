using MeshSecrets.Meshes.Dependencies;
using MeshSecrets.Meshes.Formats;
using MeshSecrets.Meshes.Rules;

namespace MeshSecrets.Meshes.Standards;

/// <summary>What every mesh takes for granted: the standards of certificates, whatever the mesh.</summary>
internal sealed class StandardsDialect : IMeshDialect
{
    public string Name => "Standards";

    public IReadOnlyList<SecretForm> SecretForms { get; } = [];

    public IReadOnlyList<AuthorityFormat> AuthorityFormats { get; } = [];

    public IReadOnlyList<RuleSet> RuleSets { get; } = [X509Rules.Set, TlsServerRules.Set, SpiffeRules.Set];

    public IReadOnlyList<ResourceKind> ResourceKinds { get; } = [];
}
