namespace MeshSecrets.Commands;

/// <summary>Where the errors about authorities as cmdlets name them are born.</summary>
internal static class AuthorityErrors
{
    internal static MeshException NotFound(string name) => new(
        "CaNotFound",
        MeshErrorKind.NotFound,
        $"There is no authority '{name}'. List all with Get-MeshCa.",
        name);
}
