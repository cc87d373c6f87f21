using MeshSecrets.Meshes.Dependencies;
using MeshSecrets.Secrets;

namespace MeshSecrets.Commands;

/// <summary>Where the errors of removals are born.</summary>
internal static class RemovalErrors
{
    private const int Shown = 3;

    /// <summary>Who would miss what is to be removed: its leaves if it is an issuer, else the resources that name it.</summary>
    internal static MeshException InUse(SecretId id, IReadOnlyList<StoreUser> users)
    {
        List<StoreUser> references = [.. users.Where(user => user.Relation == DependencyRelation.Reference)];
        return references.Count > 0 ? Referenced(id, references) : IsIssuer(id, users);
    }

    /// <summary>Who would miss it cannot be seen, and what cannot be seen is not taken for nobody.</summary>
    internal static MeshException UsesUnknown(SecretId id, MeshException denied) => new(
        "SecretUsesUnknown",
        MeshErrorKind.PermissionDenied,
        $"Whether {id} is in use cannot be seen, so it was not removed: {denied.Message} Get-MeshStoreRole -Role Manage -MeshResource prints what a removal needs to see it; -Force removes it all the same.",
        id,
        denied);

    private static MeshException Referenced(SecretId id, List<StoreUser> users) => new(
        "SecretInUse",
        MeshErrorKind.InvalidOperation,
        $"{id} is in use by {users.Count}: {List(users, user => $"{user.Name} ({user.Field})")}. {users[0].Effect} Take the references out first, or remove what has them in the same command; -Force removes it all the same. All users: Get-MeshCertDependency {id.Name}",
        id);

    private static MeshException IsIssuer(SecretId id, IReadOnlyList<StoreUser> users) => new(
        "CaInUse",
        MeshErrorKind.InvalidOperation,
        $"The authority {id} is still the recorded issuer of {users.Count}: {List(users, user => user.Name)}. Renew them by another (Invoke-MeshCertRotation -Issuer) or remove them first; -Force removes it all the same, and then they cannot be renewed. All users: Get-MeshCertDependency {id.Name}",
        id);

    private static string List(IReadOnlyList<StoreUser> users, Func<StoreUser, string> name) =>
        string.Join(", ", users.Take(Shown).Select(name)) + (users.Count > Shown ? ", …" : "");
}
