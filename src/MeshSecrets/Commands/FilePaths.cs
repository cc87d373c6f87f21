using System.Collections.ObjectModel;
using System.Management.Automation;
using DriveNotFoundException = System.Management.Automation.DriveNotFoundException;

namespace MeshSecrets.Commands;

/// <summary>Turns the paths that a user gave, relative to the session's location, into full paths of the file system.</summary>
public sealed class FilePaths
{
    private const string FileSystem = "FileSystem";

    private readonly PathIntrinsics _paths;

    internal FilePaths(PathIntrinsics paths) => _paths = paths;

    /// <summary>The files and folders that a <c>-Path</c> means; wildcards are expanded.</summary>
    /// <param name="path">The path.</param>
    /// <returns>At least one full path; each existed a moment ago.</returns>
    /// <exception cref="MeshException"><c>PathNotFound</c>, <c>PathDriveUnknown</c>, <c>PathNotFileSystem</c>.</exception>
    public IReadOnlyList<string> Expand(string path)
    {
        try
        {
            Collection<string> found = _paths.GetResolvedProviderPathFromPSPath(path, out ProviderInfo provider);
            RequireFileSystem(path, provider);
            return found.Count > 0 ? found : throw PathErrors.NotFound(path);
        }
        catch (ItemNotFoundException exception)
        {
            throw PathErrors.NotFound(path, exception);
        }
        catch (Exception exception) when (exception is DriveNotFoundException or ProviderNotFoundException)
        {
            throw PathErrors.DriveUnknown(path, exception);
        }
    }

    /// <summary>What a <c>-LiteralPath</c> or an output path means: taken as it is, whether it exists or not.</summary>
    /// <param name="path">The path.</param>
    /// <returns>The full path.</returns>
    /// <exception cref="MeshException"><c>PathDriveUnknown</c>, <c>PathNotFileSystem</c>.</exception>
    public string Literal(string path)
    {
        try
        {
            string full = _paths.GetUnresolvedProviderPathFromPSPath(path, out ProviderInfo provider, out _);
            RequireFileSystem(path, provider);
            return full;
        }
        catch (Exception exception) when (exception is DriveNotFoundException or ProviderNotFoundException)
        {
            throw PathErrors.DriveUnknown(path, exception);
        }
    }

    /// <summary>What a <c>-LiteralPath</c> to something existing means.</summary>
    /// <param name="path">The path.</param>
    /// <returns>The full path; it existed a moment ago.</returns>
    /// <exception cref="MeshException"><c>PathNotFound</c>, <c>PathDriveUnknown</c>, <c>PathNotFileSystem</c>.</exception>
    public string LiteralExisting(string path)
    {
        string full = Literal(path);
        return Path.Exists(full) ? full : throw PathErrors.NotFound(path);
    }

    private static void RequireFileSystem(string path, ProviderInfo provider)
    {
        if (provider.Name != FileSystem)
        {
            throw PathErrors.NotFileSystem(path, provider);
        }
    }
}
