using MeshSecrets.Secrets;

namespace MeshSecrets.Commands;

/// <summary>Where the errors about authorities as cmdlets name them are born.</summary>
internal static class AuthorityErrors
{
    internal static MeshException IssuerNotFound(string name) => new(
        "IssuerNotFound",
        MeshErrorKind.NotFound,
        $"There is no authority '{name}', since nothing was ever stored in the default store. Make one with New-MeshCa, or name another store with -Store or Connect-MeshStore.",
        name);

    internal static MeshException InUse(SecretId id, List<SecretId> users) => new(
        "CaInUse",
        MeshErrorKind.InvalidOperation,
        $"The authority {id} is still the recorded issuer of {users.Count}: {string.Join(", ", users.Take(3))}{(users.Count > 3 ? ", …" : "")}. Renew them by another (Invoke-MeshCertRotation -Issuer) or remove them first; Remove-MeshCa -Force removes it all the same, and then they cannot be renewed.",
        id);
}
