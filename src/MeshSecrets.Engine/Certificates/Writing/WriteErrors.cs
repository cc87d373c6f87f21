namespace MeshSecrets.Certificates.Writing;

/// <summary>Where the errors about writing material are born.</summary>
internal static class WriteErrors
{
    internal static MeshException PasswordEmpty() => new(
        "PasswordEmpty",
        MeshErrorKind.InvalidArgument,
        "The password is empty, so it would protect nothing. Give a password, or write the key unencrypted on purpose.");

    internal static MeshException FileExists(string path) => new(
        "FileExists",
        MeshErrorKind.AlreadyExists,
        $"'{path}' exists already and is left as it is. Use -Force to replace it, or another path.",
        path);

    internal static MeshException FolderMissing(string path) => new(
        "FolderMissing",
        MeshErrorKind.NotFound,
        $"The folder of '{path}' does not exist. Make it first.",
        path);

    internal static MeshException FileAccessDenied(string path, Exception inner) => new(
        "FileAccessDenied",
        MeshErrorKind.PermissionDenied,
        $"'{path}' cannot be written: access is denied, the folder is read-only, or the path is a folder. Choose another path, or correct the permissions.",
        path,
        inner);

    internal static MeshException FileWriteFailed(string path, Exception inner) => new(
        "FileWriteFailed",
        MeshErrorKind.WriteFailed,
        $"'{path}' could not be written ({inner.Message}); an older file of this name is untouched. See to free space and the disk's state, then repeat.",
        path,
        inner);
}
