using MeshSecrets.Secrets;

namespace MeshSecrets.Commands;

/// <summary>Where the errors about secrets as cmdlets name them are born.</summary>
internal static class SecretCommandErrors
{
    internal static MeshException NotFound(string noun, SecretId id) => new(
        "SecretNotFound",
        MeshErrorKind.NotFound,
        $"There is no {noun} {id}. Name another scope with -Mesh, -Namespace or -Global, or list what there is with the Get cmdlet.",
        id);
}
