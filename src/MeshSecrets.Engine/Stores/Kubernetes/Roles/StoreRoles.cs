using System.Collections.Immutable;

namespace MeshSecrets.Stores.Kubernetes.Roles;

/// <summary>The roles that the tasks of this module need. Who asks about his own rights, or what the server offers, needs none for it.</summary>
public static class StoreRoles
{
    internal const string Secrets = "secrets";

    /// <summary>All roles, those that may less first.</summary>
    public static ImmutableArray<StoreRole> All { get; } =
    [
        new("ReadOnly", "List, read, judge, export and watch secrets, certificates and authorities.",
        [
            new RoleRule("", [Secrets], ["get", "list", "watch"]),
        ]),
        new("Issue", "Issue TLS keys and make authorities and secrets that are not there yet.",
        [
            new RoleRule("", [Secrets], ["get", "create"]),
        ]),
        new("Rotate", "Find the TLS keys that are due, and renew them, one runner at a time.",
        [
            new RoleRule("", [Secrets], ["get", "list", "patch"]),
            new RoleRule("coordination.k8s.io", ["leases"], ["get", "create", "update"]),
        ]),
        new("Manage", "Create, change, overwrite and remove secrets, TLS keys and authorities.",
        [
            new RoleRule("", [Secrets], ["get", "list", "create", "patch", "delete"]),
        ]),
    ];

    /// <summary>What a restart of workloads needs.</summary>
    public static RoleRule Workloads { get; } = new("apps", ["deployments", "statefulsets", "daemonsets"], ["get", "list", "patch"]);

    /// <summary>What reading resources that refer to secrets needs.</summary>
    /// <param name="group">Their API group.</param>
    /// <param name="resources">The resources in the plural.</param>
    /// <returns>The rule.</returns>
    public static RoleRule Reading(string group, ImmutableArray<string> resources) => new(group, resources, ["get", "list"]);
}
