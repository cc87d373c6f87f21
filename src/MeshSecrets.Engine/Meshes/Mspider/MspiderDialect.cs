using MeshSecrets.Meshes.Dependencies;
using MeshSecrets.Meshes.Formats;
using MeshSecrets.Meshes.Rules;

namespace MeshSecrets.Meshes.Mspider;

/// <summary>
/// mspider, the service mesh of DaoCloud, which manages Istio. It keeps the TLS keys of a mesh as Secrets of Kubernetes;
/// what uses them are Istio's resources, so there are no kinds of its own. See <see cref="MspiderTlsMode"/>.
/// </summary>
internal sealed class MspiderDialect : IMeshDialect
{
    public string Name => "Mspider";

    public IReadOnlyList<SecretForm> SecretForms { get; } = [new MspiderForm()];

    public IReadOnlyList<AuthorityFormat> AuthorityFormats { get; } = [];

    public IReadOnlyList<RuleSet> RuleSets { get; } = [MspiderRules.Set];

    public IReadOnlyList<ResourceKind> ResourceKinds { get; } = [];
}
