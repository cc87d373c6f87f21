using System.Runtime.InteropServices;
using System.Security;

namespace MeshSecrets.Commands;

/// <summary>Takes the text out of secure strings, into memory that can be cleared.</summary>
internal static class SecureStringReading
{
    /// <summary>The characters; the caller clears them.</summary>
    internal static char[] ToChars(this SecureString? secure)
    {
        if (secure is null)
        {
            return [];
        }

        char[] chars = new char[secure.Length];
        nint pointer = Marshal.SecureStringToGlobalAllocUnicode(secure);
        try
        {
            Marshal.Copy(pointer, chars, 0, chars.Length);
        }
        finally
        {
            Marshal.ZeroFreeGlobalAllocUnicode(pointer);
        }

        return chars;
    }
}
