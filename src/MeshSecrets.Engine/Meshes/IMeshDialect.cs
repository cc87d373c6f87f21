using MeshSecrets.Meshes.Dependencies;
using MeshSecrets.Meshes.Formats;
using MeshSecrets.Meshes.Rules;

namespace MeshSecrets.Meshes;

/// <summary>
/// What one mesh or platform expects: the forms of its secrets and authorities, its rules, and its resources that use
/// secrets. A new one is a folder of its own and a line in <see cref="MeshDialects"/>.
/// </summary>
public interface IMeshDialect
{
    /// <summary>The name that users know it by: <c>Kuma</c>, <c>Istio</c>.</summary>
    string Name { get; }

    /// <summary>The forms in which it takes a secret.</summary>
    IReadOnlyList<SecretForm> SecretForms { get; }

    /// <summary>The forms in which it takes a certificate authority or a trust bundle.</summary>
    IReadOnlyList<AuthorityFormat> AuthorityFormats { get; }

    /// <summary>Its rules, by what they judge and by version where versions differ.</summary>
    IReadOnlyList<RuleSet> RuleSets { get; }

    /// <summary>Its resources that refer to secrets.</summary>
    IReadOnlyList<ResourceKind> ResourceKinds { get; }
}
