using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MeshSecrets.Stores.Embedded;

/// <summary>
/// The few operations on which durability rests. Virtual, so that a test can let any of them fail at any moment.
/// </summary>
internal partial class DurableFiles
{
    private const UnixFileMode FileMode600 = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    // What link() says where there are no links: EPERM, EOPNOTSUPP of Linux, ENOTSUP of macOS.
    private const int NotPermitted = 1;
    private const int NotSupported = 95;
    private const int NotSupportedOnMac = 45;
    private const UnixFileMode FolderMode700 = FileMode600 | UnixFileMode.UserExecute;

    /// <summary>Creates a file that only its owner can read.</summary>
    internal virtual FileStream Create(string path) => Open(path, FileMode.CreateNew, FileShare.None);

    /// <summary>Opens or creates a file that only its owner can read, for writing.</summary>
    internal virtual FileStream OpenOrCreate(string path, FileShare share) => Open(path, FileMode.OpenOrCreate, share);

    /// <summary>Creates a folder, and those above it, that only its owner can enter.</summary>
    internal virtual void CreateFolder(string path)
    {
        if (Directory.Exists(path))
        {
            return;
        }

        if (Path.GetDirectoryName(path) is { } parent)
        {
            // The mode below is that of the last folder alone.
            CreateFolder(parent);
        }

        if (OperatingSystem.IsWindows())
        {
            // Inherits from the user's profile, which others cannot read.
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, FolderMode700);
        }
    }

    internal virtual void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset) => RandomAccess.Write(file, bytes, offset);

    internal virtual void Flush(SafeFileHandle file) => RandomAccess.FlushToDisk(file);

    internal virtual void Rename(string from, string to) => File.Move(from, to, overwrite: true);

    internal virtual void Delete(string path) => File.Delete(path);

    /// <summary>Makes created, renamed and deleted names durable.</summary>
    internal virtual void FlushFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            // NTFS journals its names; there is no handle to flush.
            return;
        }

        int folder = NativeOpen(path, 0);
        if (folder < 0)
        {
            throw LastError(path);
        }

        try
        {
            if (NativeFsync(folder) != 0)
            {
                throw LastError(path);
            }
        }
        finally
        {
            _ = NativeClose(folder);
        }
    }

    /// <summary>Replaces a file as a whole: after a crash there is either the former content or the new one.</summary>
    internal void Replace(string path, ReadOnlySpan<byte> content)
    {
        string temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            CreateDurably(temporary, content);
            Rename(temporary, path);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }

        FlushFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>Creates a file as a whole, unless one of that name is there, which stays as it is.</summary>
    internal void Publish(string path, ReadOnlySpan<byte> content)
    {
        string temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            CreateDurably(temporary, content);
            if (!TryLink(temporary, path))
            {
                // No links on this file system. Half a file after a crash is better than one file in another's place.
                CreateDurably(path, content);
            }
        }
        catch (IOException) when (File.Exists(path))
        {
            // Somebody else was first. Its name becomes durable below, in case its creator dies now.
        }
        finally
        {
            File.Delete(temporary);
        }

        FlushFolder(Path.GetDirectoryName(path)!);
    }

    private void CreateDurably(string path, ReadOnlySpan<byte> content)
    {
        using FileStream stream = Create(path);
        try
        {
            Write(stream.SafeFileHandle, content, 0);
            Flush(stream.SafeFileHandle);
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }

    /// <summary>
    /// Gives a file a further name that nothing has yet. On Unix, <see cref="File.Move(string, string)"/> looks whether
    /// the name is free and then renames, so that of two at once the second overwrites; a link never does.
    /// </summary>
    /// <returns>Whether the file system knows links.</returns>
    private static bool TryLink(string from, string to)
    {
        if (OperatingSystem.IsWindows())
        {
            File.Move(from, to, overwrite: false);
            return true;
        }

        if (NativeLink(from, to) == 0)
        {
            return true;
        }

        IOException error = LastError(to);
        return error.HResult is NotPermitted or NotSupported or NotSupportedOnMac ? false : throw error;
    }

    private static FileStream Open(string path, FileMode mode, FileShare share)
    {
        FileStreamOptions options = new()
        {
            Mode = mode,
            Access = FileAccess.ReadWrite,
            Share = share,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = FileMode600;
        }

        return new FileStream(path, options);
    }

    private static IOException LastError(string path)
    {
        int error = Marshal.GetLastPInvokeError();
        return new IOException($"{Marshal.GetPInvokeErrorMessage(error)}: '{path}'", error);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int NativeOpen(string path, int flags);

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int NativeLink(string from, string to);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int NativeFsync(int file);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int NativeClose(int file);
}
