using System.Security.Cryptography;
using MeshSecrets.Secrets;

namespace MeshSecrets.Commands;

/// <summary>Reads a file into a secret.</summary>
internal static class SecretFile
{
    /// <exception cref="MeshException"><c>PathIsFolder</c>, <c>SecretFileTooLarge</c>, <c>SecretDataKeyInvalid</c>.</exception>
    internal static void CopyTo(SecretData data, string key, string path)
    {
        if (Directory.Exists(path))
        {
            throw PathErrors.IsFolder(path);
        }

        // One byte more than fits, so that a file that grows or has no length (a device) is noticed too.
        byte[] buffer = new byte[SecretData.MaxSize + 1];
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            int length = file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            if (length > SecretData.MaxSize)
            {
                throw SecretInputErrors.FileTooLarge(path);
            }

            data.Set(key, buffer.AsSpan(0, length));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(buffer);
        }
    }
}
