using MeshSecrets.Meshes.Dependencies;
using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Stores.Kubernetes.Roles;

namespace MeshSecrets.Meshes.Kubernetes.Roles;

/// <summary>Roles as objects that <c>kubectl apply</c> takes.</summary>
public static class RoleManifests
{
    private const string Group = "rbac.authorization.k8s.io";
    private const string ApiVersion = Group + "/v1";
    private const string ClusterRole = nameof(ClusterRole);

    // Kinds that stand in no namespace: no Role of a namespace can allow to list them.
    private static readonly (string Group, string Resource)[] s_withoutNamespace =
        [("kuma.io", "meshes"), ("kuma.io", "externalservices"), ("trust.cert-manager.io", "bundles")];

    /// <summary>The objects of a role: itself and its bindings, in each namespace or for the whole cluster.</summary>
    /// <param name="order">What is wanted.</param>
    /// <returns>The objects, each role before its binding.</returns>
    public static IEnumerable<Manifest> Create(RoleOrder order)
    {
        string name = RoleNames.Of(order);
        RoleRule[] rules = [.. order.Role.LimitTo(order.Names).Rules, .. order.WithWorkloads ? [StoreRoles.Workloads] : Array.Empty<RoleRule>()];
        RoleRule[] resources = [.. order.WithResources ? ResourceRules() : []];
        if (order.Namespaces.IsEmpty)
        {
            return CreateBoth(ClusterRole, name, @namespace: null, [.. rules, .. resources], order);
        }

        RoleRule[] everywhere = [.. resources.Select(rule => Of(rule, withNamespace: false)).Where(rule => rule.Resources.Length > 0)];
        RoleRule[] within = [.. rules, .. resources.Select(rule => Of(rule, withNamespace: true)).Where(rule => rule.Resources.Length > 0)];
        return order.Namespaces.SelectMany(@namespace => CreateBoth("Role", name, @namespace, within, order))
            .Concat(everywhere.Length == 0 ? [] : CreateEverywhere(RoleNames.OfResources(order.Role), everywhere, order));
    }

    /// <summary>The rules for reading what dialects know to refer to secrets, a rule for each group.</summary>
    private static IEnumerable<RoleRule> ResourceRules() => MeshDialects.ResourceKinds
        .Where(kind => kind.Group is not null)
        .GroupBy(kind => kind.Group!, StringComparer.Ordinal)
        .OrderBy(group => group.Key, StringComparer.Ordinal)
        .Select(group => StoreRoles.Reading(group.Key, [.. group.Select(PluralOf).Distinct().Order(StringComparer.Ordinal)]));

    // As the API server names resources of kinds: https://github.com/kubernetes/apimachinery/blob/master/pkg/api/meta/restmapper.go, but for vowels before the y.
    private static string PluralOf(ResourceKind kind)
    {
        string singular = kind.Kind.ToLowerInvariant();
        return singular switch
        {
            [.., 's'] => singular + "es",
            [.., 'a' or 'e' or 'o' or 'u', 'y'] => singular + "s",
            [.., 'y'] => singular[..^1] + "ies",
            _ when singular.EndsWith("sh", StringComparison.Ordinal) => singular + "es",
            _ => singular + "s",
        };
    }

    private static RoleRule Of(RoleRule rule, bool withNamespace) => rule with
    {
        Resources = [.. rule.Resources.Where(resource => s_withoutNamespace.Contains((rule.Group, resource)) != withNamespace)],
    };

    private static IEnumerable<Manifest> CreateBoth(string kind, string name, string? @namespace, RoleRule[] rules, RoleOrder order) =>
        [CreateRole(kind, name, @namespace, rules), .. order.Subjects.Select(subject => CreateBinding(kind, name, name, @namespace, subject))];

    // The role is the same for all; its bindings are named after the namespaces, too, or one team's would take the place of another's.
    private static IEnumerable<Manifest> CreateEverywhere(string name, RoleRule[] rules, RoleOrder order) =>
        [
            CreateRole(ClusterRole, name, @namespace: null, rules),
            .. from @namespace in order.Namespaces
               from subject in order.Subjects
               select CreateBinding(ClusterRole, name, $"{name}.{@namespace}", @namespace: null, subject),
        ];

    private static Manifest CreateRole(string kind, string name, string? @namespace, RoleRule[] rules)
    {
        Manifest role = Manifest.Create(ApiVersion, kind, name, @namespace);
        role.Root.Set("rules", ManifestNode.Sequence(rules.Select(ToNode)));
        return role;
    }

    private static Manifest CreateBinding(string kind, string role, string name, string? @namespace, RoleSubject subject)
    {
        Manifest binding = Manifest.Create(ApiVersion, kind + "Binding", $"{name}.{RoleNames.Of(subject)}", @namespace);
        binding.Root
            .Set("roleRef", ManifestNode.Mapping(("apiGroup", ManifestNode.String(Group)), ("kind", ManifestNode.String(kind)), ("name", ManifestNode.String(role))))
            .Set("subjects", ManifestNode.Sequence([ToNode(subject)]));
        return binding;
    }

    private static ManifestNode ToNode(RoleRule rule) => ManifestNode.Mapping(
        ("apiGroups", Texts([rule.Group])),
        ("resources", Texts(rule.Resources)),
        ("resourceNames", rule.Names.IsEmpty ? null : Texts(rule.Names)),
        ("verbs", Texts(rule.Verbs)));

    private static ManifestNode ToNode(RoleSubject subject) => ManifestNode.Mapping(
        ("kind", ManifestNode.String(subject.Kind)),
        ("apiGroup", subject.Namespace is null ? ManifestNode.String(Group) : null),
        ("name", ManifestNode.String(subject.Name)),
        ("namespace", ManifestNode.String(subject.Namespace)));

    private static ManifestNode Texts(IEnumerable<string> texts) => ManifestNode.Sequence(texts.Select(text => ManifestNode.String(text)!));
}
