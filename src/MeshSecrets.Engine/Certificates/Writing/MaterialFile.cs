namespace MeshSecrets.Certificates.Writing;

/// <summary>
/// Writes files of keys and certificates so that a reader sees the old content or the new, never a part, and so that a
/// private key is at no moment readable by others.
/// </summary>
public static class MaterialFile
{
    /// <summary>Writes a private key or whatever else is secret, readable by its owner only (mode 0600).</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="content">The bytes; they stay the caller's.</param>
    /// <param name="overwrite">Whether an existing file is replaced.</param>
    /// <exception cref="MeshException"><c>FileExists</c>, <c>FolderMissing</c>, <c>FileAccessDenied</c>, <c>FileWriteFailed</c>.</exception>
    public static void WritePrivate(string path, ReadOnlySpan<byte> content, bool overwrite = false)
    {
        using MaterialFileWriter file = MaterialFileWriter.CreatePrivate(path, overwrite);
        file.Write(content);
        file.Complete();
    }

    /// <summary>Writes certificates and other public material, readable by all as far as the umask permits (mode 0644).</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="content">The bytes.</param>
    /// <param name="overwrite">Whether an existing file is replaced.</param>
    /// <exception cref="MeshException">As for <see cref="WritePrivate"/>.</exception>
    public static void WritePublic(string path, ReadOnlySpan<byte> content, bool overwrite = false)
    {
        using MaterialFileWriter file = MaterialFileWriter.CreatePublic(path, overwrite);
        file.Write(content);
        file.Complete();
    }

    /// <summary>Makes a folder that is its owner's alone (mode 0700); one that exists keeps the mode that its owner gave it.</summary>
    /// <param name="path">The folder.</param>
    public static void CreatePrivateFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
