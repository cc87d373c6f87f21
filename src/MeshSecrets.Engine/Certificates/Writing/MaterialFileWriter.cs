namespace MeshSecrets.Certificates.Writing;

/// <summary>
/// A file that is written piece by piece and appears under its name only when it is complete. Until then it is another
/// one beside it, which goes away if the work is given up.
/// </summary>
public sealed class MaterialFileWriter : IDisposable
{
    private const UnixFileMode PrivateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode PublicMode = PrivateMode | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private readonly string _target;
    private readonly string _temporary;
    private readonly bool _overwrite;
    private FileStream? _stream;

    private MaterialFileWriter(string target, UnixFileMode mode, bool overwrite)
    {
        _target = target;
        _overwrite = overwrite;

        // In the same folder, since a rename is atomic only within one file system.
        _temporary = $"{target}.{Guid.NewGuid():N}.tmp";
        Guarded(() => _stream = Open(_temporary, mode));
    }

    /// <summary>The file's full path.</summary>
    public string Path => _target;

    /// <summary>Begins a file that only its owner can read (mode 0600).</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="overwrite">Whether an existing file is replaced.</param>
    /// <returns>The writer, to be disposed by the caller.</returns>
    /// <exception cref="MeshException"><c>FileExists</c>, <c>FolderMissing</c>, <c>FileAccessDenied</c>, <c>FileWriteFailed</c>.</exception>
    public static MaterialFileWriter CreatePrivate(string path, bool overwrite) => Create(path, PrivateMode, overwrite);

    /// <summary>Begins a file that all can read as far as the umask permits (mode 0644).</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="overwrite">Whether an existing file is replaced.</param>
    /// <returns>The writer, to be disposed by the caller.</returns>
    /// <exception cref="MeshException">As for <see cref="CreatePrivate"/>.</exception>
    public static MaterialFileWriter CreatePublic(string path, bool overwrite) => Create(path, PublicMode, overwrite);

    /// <summary>Adds bytes to the file. They are written at once: nothing is kept in a buffer that is not zeroed.</summary>
    /// <param name="content">The bytes; they stay the caller's.</param>
    /// <exception cref="MeshException"><c>FileWriteFailed</c>.</exception>
    public void Write(ReadOnlySpan<byte> content)
    {
        try
        {
            _stream!.Write(content);
        }
        catch (IOException e)
        {
            throw WriteErrors.FileWriteFailed(_target, e);
        }
    }

    /// <summary>Makes the file durable and gives it its name. Nothing can be added to it any more.</summary>
    /// <exception cref="MeshException"><c>FileExists</c>, <c>FileAccessDenied</c>, <c>FileWriteFailed</c>.</exception>
    public void Complete() => Guarded(() =>
    {
        _stream!.Flush(flushToDisk: true);
        _stream.Dispose();
        File.Move(_temporary, _target, _overwrite);
        _stream = null;
    });

    /// <summary>Removes what was not completed.</summary>
    public void Dispose()
    {
        if (_stream is not null)
        {
            _stream.Dispose();
            _stream = null;
            File.Delete(_temporary);
        }
    }

    private static MaterialFileWriter Create(string path, UnixFileMode mode, bool overwrite)
    {
        string target = System.IO.Path.GetFullPath(path);
        return overwrite || !File.Exists(target) ? new MaterialFileWriter(target, mode, overwrite) : throw WriteErrors.FileExists(target);
    }

    private static FileStream Open(string path, UnixFileMode mode)
    {
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = mode;
        }

        return new FileStream(path, options);
    }

    private void Guarded(Action write)
    {
        try
        {
            write();
        }
        catch (DirectoryNotFoundException)
        {
            throw WriteErrors.FolderMissing(_target);
        }
        catch (UnauthorizedAccessException e)
        {
            throw WriteErrors.FileAccessDenied(_target, e);
        }
        catch (IOException e)
        {
            throw !_overwrite && File.Exists(_target) ? WriteErrors.FileExists(_target) : WriteErrors.FileWriteFailed(_target, e);
        }
    }
}
