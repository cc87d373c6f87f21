using System.Security.Cryptography;
using System.Text;

namespace MeshSecrets.Stores.Embedded;

/// <summary>A key file: 32 random bytes in base64 and a newline, readable by its owner alone.</summary>
internal static class KeyFile
{
    private const int MaxLength = 128;

    private const UnixFileMode OthersMayUse =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <summary>
    /// Creates the file with a new key, unless it is there. Of several creators at once one wins; the others find its
    /// key when they read the file, so none may seal anything before that.
    /// </summary>
    internal static void EnsureExists(string path, DurableFiles files)
    {
        if (File.Exists(path))
        {
            return;
        }

        byte[] key = RandomNumberGenerator.GetBytes(StoreKeys.Length);
        byte[] text = Encoding.ASCII.GetBytes(Convert.ToBase64String(key) + "\n");
        try
        {
            files.CreateFolder(Path.GetDirectoryName(path)!);
            files.Publish(path, text);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw StoreErrors.WriteFailed(exception, path);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
            CryptographicOperations.ZeroMemory(text);
        }
    }

    /// <exception cref="MeshException"><c>KeyFileMissing</c>, <c>KeyFilePermissions</c>, <c>KeyFileInvalid</c>.</exception>
    internal static byte[] Read(string path)
    {
        byte[] text = ReadText(path);
        byte[] key = new byte[MaxLength];
        try
        {
            ReadOnlySpan<byte> trimmed = text.AsSpan().Trim(" \r\n"u8);
            bool valid = System.Buffers.Text.Base64.DecodeFromUtf8(trimmed, key, out _, out int length) == System.Buffers.OperationStatus.Done
                && length == StoreKeys.Length;
            return valid ? key[..StoreKeys.Length] : throw StoreErrors.KeyFileInvalid(path);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(text);
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private static byte[] ReadText(string path)
    {
        try
        {
            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(stream.SafeFileHandle) & OthersMayUse) != 0)
            {
                throw StoreErrors.KeyFilePermissions(path);
            }

            if (stream.Length > MaxLength)
            {
                throw StoreErrors.KeyFileInvalid(path);
            }

            byte[] text = new byte[stream.Length];
            stream.ReadExactly(text);
            return text;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw StoreErrors.KeyFileMissing(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw StoreErrors.ReadFailed(exception, path);
        }
    }
}
