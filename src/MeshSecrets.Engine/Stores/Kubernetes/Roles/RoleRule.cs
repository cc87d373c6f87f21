using System.Collections.Immutable;

namespace MeshSecrets.Stores.Kubernetes.Roles;

/// <summary>What may be done with resources, as a rule of RBAC says it.</summary>
/// <param name="Group">The API group; empty for the core group.</param>
/// <param name="Resources">The resources in the plural.</param>
/// <param name="Verbs">The verbs.</param>
public sealed record RoleRule(string Group, ImmutableArray<string> Resources, ImmutableArray<string> Verbs)
{
    /// <summary>The only objects that the rule is about; empty for all.</summary>
    public ImmutableArray<string> Names { get; init; } = [];
}
