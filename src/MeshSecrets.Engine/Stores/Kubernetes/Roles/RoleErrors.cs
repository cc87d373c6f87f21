namespace MeshSecrets.Stores.Kubernetes.Roles;

/// <summary>Where the errors about roles are born.</summary>
internal static class RoleErrors
{
    internal static MeshException SubjectInvalid(string subject) => new(
        "SubjectInvalid",
        MeshErrorKind.InvalidArgument,
        $"'{subject}' names nobody who could have a role. Write User:name, Group:name or ServiceAccount:namespace/name.",
        subject);
}
