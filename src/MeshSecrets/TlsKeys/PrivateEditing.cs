using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;
using MeshSecrets.Certificates.Writing;

namespace MeshSecrets.Commands;

/// <summary>
/// A text in a temporary file for the user's editor. Folder and file are the user's alone, and go away with whatever the
/// editor left beside them, however the editing ends.
/// </summary>
internal sealed class PrivateEditing : IDisposable
{
    /// <summary>What an editor made a link, to a file or a folder, leads elsewhere.</summary>
    private static readonly EnumerationOptions s_ownFiles = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("meshsecrets-"); // Mode 0700 on Unix.
    private readonly string _file;

    internal PrivateEditing(string name) => _file = Path.Combine(_folder.FullName, name);

    /// <summary>Has a text edited.</summary>
    /// <param name="text">The text; it stays the caller's.</param>
    /// <param name="editor">The editor's command line.</param>
    /// <param name="cancellationToken">Ends the editor.</param>
    /// <returns>The text as it was saved, to be zeroed by the caller; empty if the file was removed.</returns>
    /// <exception cref="MeshException"><c>EditorFailed</c>.</exception>
    internal async Task<byte[]> EditAsync(byte[] text, string editor, CancellationToken cancellationToken)
    {
        MaterialFile.WritePrivate(_file, text, overwrite: true);
        using Process process = Start(editor);
        try
        {
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
            throw;
        }

        if (process.ExitCode != 0)
        {
            throw TlsKeyErrors.EditorFailed(editor, $"it ended with the code {process.ExitCode}");
        }

        return File.Exists(_file) ? await File.ReadAllBytesAsync(_file, CancellationToken.None).ConfigureAwait(false) : [];
    }

    /// <summary>Overwrites and removes all files: the text, and what the editor made beside it.</summary>
    public void Dispose()
    {
        try
        {
            foreach (FileInfo file in _folder.EnumerateFiles("*", s_ownFiles))
            {
                using FileStream stream = file.Open(FileMode.Open, FileAccess.Write);
                stream.Write(new byte[file.Length]);
                stream.Flush(flushToDisk: true);
            }
        }
        finally
        {
            _folder.Delete(recursive: true);
        }
    }

    private Process Start(string editor)
    {
        try
        {
            return Process.Start(CommandLine(editor)) ?? throw TlsKeyErrors.EditorFailed(editor, "it did not start");
        }
        catch (Exception e) when (e is Win32Exception or FileNotFoundException)
        {
            throw TlsKeyErrors.EditorFailed(editor, e.Message);
        }
    }

    /// <summary>As git and kubectl take the variables: a command line for the shell, the file as its last argument.</summary>
    private ProcessStartInfo CommandLine(string editor) => OperatingSystem.IsWindows()
        ? new ProcessStartInfo("cmd.exe", $"/s /c \"{editor} \"{_file}\"\"") { UseShellExecute = false }
        : new ProcessStartInfo("/bin/sh", ["-c", $"{editor} \"$1\"", "sh", _file]) { UseShellExecute = false };
}
