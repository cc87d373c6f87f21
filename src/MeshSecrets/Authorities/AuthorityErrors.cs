namespace MeshSecrets.Commands;

/// <summary>Where the errors about authorities as cmdlets name them are born.</summary>
internal static class AuthorityErrors
{
    internal static MeshException IssuerNotFound(string name) => new(
        "IssuerNotFound",
        MeshErrorKind.NotFound,
        $"There is no authority '{name}', since nothing was ever stored in the default store. Make one with New-MeshCa, or name another store with -Store or Connect-MeshStore.",
        name);
}
