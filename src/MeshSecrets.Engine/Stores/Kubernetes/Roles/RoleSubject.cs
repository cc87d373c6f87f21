namespace MeshSecrets.Stores.Kubernetes.Roles;

/// <summary>Who has a role.</summary>
/// <param name="Kind"><c>User</c>, <c>Group</c> or <c>ServiceAccount</c>.</param>
/// <param name="Name">The name.</param>
/// <param name="Namespace">A service account's namespace; <see langword="null"/> for others.</param>
public sealed record RoleSubject(string Kind, string Name, string? Namespace)
{
    private const string ServiceAccount = nameof(ServiceAccount);

    private static readonly string[] s_kinds = ["User", "Group", ServiceAccount];

    /// <summary>Reads <c>User:alice</c>, <c>Group:operators</c> or <c>ServiceAccount:shop/renewer</c>. Names of users may have colons.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The subject.</returns>
    /// <exception cref="MeshException"><c>SubjectInvalid</c>.</exception>
    public static RoleSubject Parse(string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        string? kind = colon < 0 ? null : s_kinds.FirstOrDefault(known => text.AsSpan(0, colon).Equals(known, StringComparison.OrdinalIgnoreCase));
        string name = text[(colon + 1)..];
        if (kind is null || name.Length == 0)
        {
            throw RoleErrors.SubjectInvalid(text);
        }

        if (kind != ServiceAccount)
        {
            return new RoleSubject(kind, name, Namespace: null);
        }

        return name.Split('/') is [{ Length: > 0 } @namespace, { Length: > 0 } account] ? new RoleSubject(kind, account, @namespace) : throw RoleErrors.SubjectInvalid(text);
    }
}
