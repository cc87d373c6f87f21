using System.Collections.Immutable;

namespace MeshSecrets.Stores.Kubernetes.Roles;

/// <summary>The permissions that a task needs in a cluster: each verb that is used for it, and none more.</summary>
/// <param name="Name">The role's name: <c>ReadOnly</c>, <c>Issue</c>, <c>Rotate</c>, <c>Manage</c>.</param>
/// <param name="Purpose">What whoever has it can do.</param>
/// <param name="Rules">Its rules.</param>
public sealed record StoreRole(string Name, string Purpose, ImmutableArray<RoleRule> Rules)
{
    // A creation has no name yet when it is authorized, so RBAC cannot limit it to names.
    private const string Create = "create";

    /// <summary>The role for certain secrets alone.</summary>
    /// <param name="names">The secrets' names.</param>
    /// <returns>The role, in which all that RBAC can limit to names is limited to these.</returns>
    /// <remarks><see href="https://kubernetes.io/docs/reference/access-authn-authz/rbac/#referring-to-resources"/>: a list or watch is limited, too, if it selects one name.</remarks>
    public StoreRole LimitTo(IReadOnlyCollection<string> names) => names.Count == 0 ? this : this with
    {
        Rules = [.. Rules.SelectMany(rule => rule.Resources.Contains(StoreRoles.Secrets) ? Limit(rule, names) : [rule])],
    };

    private static IEnumerable<RoleRule> Limit(RoleRule rule, IEnumerable<string> names)
    {
        ImmutableArray<string> limited = rule.Verbs.Remove(Create);
        if (limited.Length > 0)
        {
            yield return rule with { Verbs = limited, Names = [.. names] };
        }

        if (rule.Verbs.Contains(Create))
        {
            yield return rule with { Verbs = [Create] };
        }
    }
}
