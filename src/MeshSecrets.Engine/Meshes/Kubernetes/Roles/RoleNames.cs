using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using MeshSecrets.Stores.Kubernetes.Roles;

namespace MeshSecrets.Meshes.Kubernetes.Roles;

/// <summary>
/// The names of roles' objects. What differs is named differently, and always the same: who applies one person's role after
/// another's takes no right from the first, and gives him none of the second's.
/// </summary>
internal static partial class RoleNames
{
    // With the longest role's name and namespace before it, less than the 253 characters that a name may have.
    private const int MaxSubjectLength = 120;
    private const int HashLength = 8;

    /// <summary>The name of a role with what was ordered besides.</summary>
    /// <param name="order">The order.</param>
    /// <returns>For example <c>meshsecrets-rotate-with-restart</c>.</returns>
    internal static string Of(RoleOrder order)
    {
        string resources = order.WithResources ? "-with-resources" : "";
        string restart = order.WithWorkloads ? "-with-restart" : "";
        string names = order.Names.IsEmpty ? "" : $"-for-{Hash(string.Join('\n', order.Names.Distinct().Order(StringComparer.Ordinal)))}";
        return Of(order.Role) + resources + restart + names;
    }

    /// <summary>The name of the role that reads what stands in no namespace.</summary>
    internal static string OfResources(StoreRole role) => Of(role) + "-resources";

    /// <summary>The part of a binding's name that is its subject's.</summary>
    /// <param name="subject">Who gets the role.</param>
    /// <returns>For example <c>user.alice</c>; what no name may contain is replaced, and told apart by a hash.</returns>
    internal static string Of(RoleSubject subject)
    {
        string text = $"{subject.Kind.ToLowerInvariant()}.{(subject.Namespace is null ? "" : subject.Namespace + ".")}{subject.Name}";
        if (text.Length <= MaxSubjectLength && ValidName().IsMatch(text))
        {
            return text;
        }

        string[] parts = [.. Invalid().Replace(text.ToLowerInvariant(), "-").Split('.').Select(part => part.Trim('-')).Where(part => part.Length > 0)];
        string readable = string.Join('.', parts);
        return $"{readable[..Math.Min(readable.Length, MaxSubjectLength - HashLength - 1)].TrimEnd('.', '-')}-{Hash(text)}";
    }

    private static string Of(StoreRole role) => "meshsecrets-" + WordStart().Replace(role.Name, "-").ToLowerInvariant();

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..HashLength];

    [GeneratedRegex("(?<=[a-z])(?=[A-Z])")]
    private static partial Regex WordStart();

    [GeneratedRegex(@"\A[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\z")]
    private static partial Regex ValidName();

    [GeneratedRegex("[^-.a-z0-9]+")]
    private static partial Regex Invalid();
}
