using System.Collections.Immutable;
using System.Management.Automation;
using MeshSecrets.Meshes.Kubernetes.Roles;
using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Secrets;
using MeshSecrets.Stores.Kubernetes.Roles;

namespace MeshSecrets.Commands;

/// <summary>Gives the roles of RBAC that tasks of this module need in a cluster: each verb that is used, and none more. It needs no store.</summary>
[Cmdlet(VerbsCommon.Get, "MeshStoreRole")]
[OutputType(typeof(MeshManifest), typeof(string))]
public sealed class GetMeshStoreRoleCommand : ResourceCommand
{
    /// <summary>Roles, with wildcards: ReadOnly, Issue, Rotate, Manage; without it, all.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [ArgumentCompleter(typeof(StoreRoleCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Role { get; set; } = ["*"];

    /// <summary>The only namespaces that the role is for: a Role in each. Without it, a ClusterRole.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] Namespace { get; set; } = [];

    /// <summary>Who gets it, as User:name, Group:name or ServiceAccount:namespace/name. Without it, no binding is made.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] Subject { get; set; } = [];

    /// <summary>The only secrets that the role is for. A creation cannot be limited to names; and what is limited is found by its whole name only.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    /// <summary>Include reading the resources of meshes that refer to secrets.</summary>
    [Parameter]
    public SwitchParameter MeshResource { get; set; }

    /// <summary>Include finding and restarting the Deployments, StatefulSets and DaemonSets that use secrets.</summary>
    [Parameter]
    public SwitchParameter RestartWorkload { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        RoleSubject[] subjects = [.. Subject.Select(RoleSubject.Parse)];
        ImmutableArray<string> names = [.. Name.Select(name => new SecretId(name).Name)]; // Whole ones: the server knows no wildcards there.
        foreach (StoreRole role in StoreRoles.All.Where(role => Role.Any(pattern => IsMatch(pattern, role))))
        {
            RoleOrder order = new()
            {
                Role = role,
                Namespaces = [.. Namespace],
                Names = names,
                Subjects = [.. subjects],
                WithResources = MeshResource,
                WithWorkloads = RestartWorkload,
            };
            foreach (Manifest manifest in RoleManifests.Create(order))
            {
                WriteManifest(manifest);
            }
        }

        foreach (string unknown in Role.Where(pattern => !WildcardPattern.ContainsWildcardCharacters(pattern) && !StoreRoles.All.Any(role => IsMatch(pattern, role))))
        {
            WriteError(SessionErrors.RoleUnknown(unknown, StoreRoles.All.Select(role => role.Name)), unknown);
        }
    }

    private static bool IsMatch(string pattern, StoreRole role) => new WildcardPattern(pattern, WildcardOptions.IgnoreCase).IsMatch(role.Name);
}
