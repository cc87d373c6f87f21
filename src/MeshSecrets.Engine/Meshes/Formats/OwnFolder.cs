using MeshSecrets.Certificates.Writing;

namespace MeshSecrets.Meshes.Formats;

/// <summary>
/// The folder of one secret, with a file for each value. Links in it are refused: read, they would make a secret of
/// whatever file they lead to; written, they would carry private keys out of the folder that is its owner's alone.
/// </summary>
internal static class OwnFolder
{
    /// <summary>The files of a folder, in the order of names.</summary>
    /// <param name="folder">The folder; whether it is a link itself is its caller's affair, for a user may name one.</param>
    /// <returns>Their paths.</returns>
    /// <exception cref="MeshException"><c>FolderHasLink</c>.</exception>
    internal static string[] FilesOf(string folder)
    {
        string[] files = [.. Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal)];
        Array.ForEach(files, EnsureNoLink);
        return files;
    }

    /// <summary>Refuses what an editor left beside the values: it may hold a value that was taken back long ago.</summary>
    /// <param name="files">The files.</param>
    /// <exception cref="MeshException"><c>FolderHasOtherFile</c>.</exception>
    internal static void EnsureNoLeftover(IEnumerable<string> files)
    {
        if (files.FirstOrDefault(IsLeftover) is { } leftover)
        {
            throw FormatErrors.FolderHasOtherFile(leftover, "an editor left it there. Remove it, or end the editor");
        }
    }

    /// <summary>Refuses a link, also one that leads nowhere.</summary>
    /// <param name="path">A file or folder, or nothing.</param>
    /// <exception cref="MeshException"><c>FolderHasLink</c>.</exception>
    internal static void EnsureNoLink(string path)
    {
        if (new FileInfo(path).LinkTarget is not null)
        {
            throw FormatErrors.FolderHasLink(path);
        }
    }

    /// <summary>Makes the folder its owner's alone (mode 0700), also if it is there with a wider mode.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="MeshException"><c>FolderHasLink</c>, <c>FileAccessDenied</c>: it is another user's.</exception>
    internal static void Make(string folder)
    {
        EnsureNoLink(folder);
        MaterialFile.CreatePrivateFolder(folder);
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        UnixFileMode mode = File.GetUnixFileMode(folder);
        if ((mode & ~Own) == 0)
        {
            return;
        }

        try
        {
            File.SetUnixFileMode(folder, mode & Own);
        }
        catch (UnauthorizedAccessException e)
        {
            throw WriteErrors.FileAccessDenied(folder, e);
        }
    }

    private static bool IsLeftover(string file)
    {
        string name = Path.GetFileName(file);
        return name.EndsWith('~')
            || name.StartsWith('#')
            || name.StartsWith(".#", StringComparison.Ordinal)
            || (name.StartsWith('.') && Path.GetExtension(name) is ".swp" or ".swo" or ".swn" or ".swx");
    }
}
