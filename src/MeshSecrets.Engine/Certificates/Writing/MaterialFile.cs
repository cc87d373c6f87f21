namespace MeshSecrets.Certificates.Writing;

/// <summary>
/// Writes files of keys and certificates so that a reader sees the old content or the new, never a part, and so that a
/// private key is at no moment readable by others.
/// </summary>
public static class MaterialFile
{
    private const UnixFileMode PrivateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode PublicMode = PrivateMode | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Writes a private key or whatever else is secret, readable by its owner only (mode 0600).</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="content">The bytes; they stay the caller's.</param>
    /// <param name="overwrite">Whether an existing file is replaced.</param>
    /// <exception cref="MeshException"><c>FileExists</c>, <c>FolderMissing</c>, <c>FileAccessDenied</c>, <c>FileWriteFailed</c>.</exception>
    public static void WritePrivate(string path, ReadOnlySpan<byte> content, bool overwrite = false) =>
        Write(path, content, PrivateMode, overwrite);

    /// <summary>Writes certificates and other public material, readable by all as far as the umask permits (mode 0644).</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="content">The bytes.</param>
    /// <param name="overwrite">Whether an existing file is replaced.</param>
    /// <exception cref="MeshException">As for <see cref="WritePrivate"/>.</exception>
    public static void WritePublic(string path, ReadOnlySpan<byte> content, bool overwrite = false) =>
        Write(path, content, PublicMode, overwrite);

    private static void Write(string path, ReadOnlySpan<byte> content, UnixFileMode mode, bool overwrite)
    {
        string target = Path.GetFullPath(path);
        if (!overwrite && File.Exists(target))
        {
            throw WriteErrors.FileExists(target);
        }

        // In the same folder, since a rename is atomic only within one file system.
        string temporary = $"{target}.{Guid.NewGuid():N}.tmp";
        try
        {
            WriteDurably(temporary, content, mode);
            File.Move(temporary, target, overwrite);
        }
        catch (DirectoryNotFoundException)
        {
            throw WriteErrors.FolderMissing(target);
        }
        catch (UnauthorizedAccessException e)
        {
            Discard(temporary);
            throw WriteErrors.FileAccessDenied(target, e);
        }
        catch (IOException e)
        {
            Discard(temporary);
            throw !overwrite && File.Exists(target) ? WriteErrors.FileExists(target) : WriteErrors.FileWriteFailed(target, e);
        }
    }

    private static void WriteDurably(string path, ReadOnlySpan<byte> content, UnixFileMode mode)
    {
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = mode;
        }

        using FileStream stream = new(path, options);
        stream.Write(content);
        stream.Flush(flushToDisk: true);
    }

    private static void Discard(string temporary)
    {
        if (File.Exists(temporary))
        {
            File.Delete(temporary);
        }
    }
}
