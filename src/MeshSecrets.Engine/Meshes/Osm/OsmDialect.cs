using MeshSecrets.Meshes.Dependencies;
using MeshSecrets.Meshes.Formats;
using MeshSecrets.Meshes.Osm.Rules;
using MeshSecrets.Meshes.Rules;

namespace MeshSecrets.Meshes.Osm;

/// <summary>Open Service Mesh, from v0.6 to its last version.</summary>
internal sealed class OsmDialect : IMeshDialect
{
    public string Name => "OpenServiceMesh";

    public IReadOnlyList<SecretForm> SecretForms { get; } = [];

    public IReadOnlyList<AuthorityFormat> AuthorityFormats { get; } = [new OsmCaBundleFormat(expires: true), new OsmCaBundleFormat(expires: false)];

    public IReadOnlyList<RuleSet> RuleSets { get; } = [OsmRuleSets.Osm06, OsmRuleSets.Osm];

    public IReadOnlyList<ResourceKind> ResourceKinds { get; } = [new MeshRootCertificateKind()];
}
