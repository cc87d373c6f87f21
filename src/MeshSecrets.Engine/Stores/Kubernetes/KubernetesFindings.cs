using System.Collections.Immutable;
using System.Text.RegularExpressions;
using MeshSecrets.Stores.Kubernetes.Api;
using MeshSecrets.Stores.Kubernetes.Roles;

namespace MeshSecrets.Stores.Kubernetes;

/// <summary>What may be wrong with a connection to a cluster.</summary>
internal static partial class KubernetesFindings
{
    // Since then server-side apply is on unless it is turned off, and tells managers of whole objects: https://kubernetes.io/docs/reference/using-api/server-side-apply/
    private static readonly Version s_oldest = new(1, 18);

    /// <summary>Finds whether a server lacks what writes need.</summary>
    /// <param name="server">What it says of itself; a version in no known form is taken for a new one.</param>
    /// <returns>The finding, or <see langword="null"/>.</returns>
    internal static StoreFinding? FindTooOld(ServerVersion server) =>
        server.GitVersion is { } text && VersionPattern().Match(text) is { Success: true } match && Version.Parse(match.Groups[1].Value) < s_oldest
            ? new("ServerTooOld", text, $"The API server is Kubernetes {text}, and writes are by server-side apply, which needs {s_oldest} or later. Update the cluster; until then secrets can be read, but not changed.")
            : null;

    /// <summary>A verb of a role that the connection's user has not.</summary>
    internal static StoreFinding PermissionMissing(ApiTarget target)
    {
        ImmutableArray<StoreRole> needed = [.. StoreRoles.All.Where(role => role.Rules.Any(rule => rule.Group == target.Group && rule.Resources.Contains(target.Resource) && rule.Verbs.Contains(target.Verb)))];
        string roles = string.Join(", ", needed.Select(role => role.Name));
        return new StoreFinding(
            "PermissionMissing",
            $"{target.Verb} {target.Resource} {target.Namespace}",
            $"The user of this connection may not {target.Verb} {target.Resource} in namespace '{target.Namespace}'. That is needed by the {(needed.Length == 1 ? "role" : "roles")} {roles}, and by no other: Get-MeshStoreRole {roles} -Namespace {target.Namespace} -Subject … prints what allows it.");
    }

    [GeneratedRegex(@"^v?(\d{1,5}\.\d{1,5})")]
    private static partial Regex VersionPattern();
}
