namespace MeshSecrets.Commands;

/// <summary>Where the errors of the cmdlets for Open Service Mesh are born.</summary>
internal static class OsmCommandErrors
{
    internal static MeshException NotASecret(object found) => new(
        "OsmSecretExpected",
        MeshErrorKind.InvalidArgument,
        $"The root of a mesh is in a secret, and a {found.GetType().Name} is none. Pipe an authority (Get-MeshCa), a secret (Get-MeshSecret) or the manifest of a Secret, or name it with -CaSecretName.");
}
