using System.Management.Automation;

namespace MeshSecrets.Commands;

/// <summary>The errors of paths that a user gave.</summary>
internal static class PathErrors
{
    internal static MeshException NotFound(string path, Exception? cause = null) => new(
        "PathNotFound",
        MeshErrorKind.NotFound,
        $"Nothing is found at '{path}'. Check the spelling and the current location; use -LiteralPath if the name contains [ or ].",
        path,
        cause);

    internal static MeshException DriveUnknown(string path, Exception cause) => new(
        "PathDriveUnknown",
        MeshErrorKind.NotFound,
        $"The path '{path}' names a drive or provider that does not exist. Give a path in the file system.",
        path,
        cause);

    internal static MeshException NotFileSystem(string path, ProviderInfo provider) => new(
        "PathNotFileSystem",
        MeshErrorKind.InvalidArgument,
        $"The path '{path}' belongs to the provider {provider.Name}; only the file system is supported. Give a path in it, for example with Convert-Path.",
        path);

    internal static MeshException IsFolder(string path) => new(
        "PathIsFolder",
        MeshErrorKind.InvalidArgument,
        $"'{path}' is a folder. Name its files, for example '{path}/*'.",
        path);

    internal static MeshException Exists(string path) => new(
        "PathExists",
        MeshErrorKind.AlreadyExists,
        $"'{path}' is there already. Choose another name, or overwrite it with -Force.",
        path);

    internal static MeshException NotOne(string path) => new(
        "PathAmbiguous",
        MeshErrorKind.InvalidArgument,
        $"'{path}' means several files, and one is wanted. Name it exactly.",
        path);
}
