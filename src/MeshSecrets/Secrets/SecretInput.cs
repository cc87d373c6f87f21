using System.Collections;
using System.Management.Automation;
using System.Security;
using System.Security.Cryptography;
using System.Text;
using MeshSecrets.Commands;
using MeshSecrets.Secrets;

namespace MeshSecrets;

/// <summary>A value, or a table of values, that a user gave for a secret.</summary>
/// <remarks>
/// PowerShell keeps bound parameters in every error record, and repeats in its messages what it cannot convert. Hence
/// parameters for values take anything and wrap it at once, and nothing but the engine gets it out of here.
/// </remarks>
public sealed class SecretInput
{
    private static readonly UTF8Encoding s_strictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly object _source;

    internal SecretInput(object source) => _source = source;

    /// <summary>Never the value.</summary>
    /// <returns>A word that says so.</returns>
    public override string ToString() => "(hidden)";

    /// <summary>Puts the value under a data key.</summary>
    /// <exception cref="MeshException"><c>SecretValueInvalid</c>, <c>SecretDataKeyInvalid</c>, or a file cannot be read.</exception>
    internal void CopyTo(SecretData data, string key) => Copy(data, key, _source);

    /// <summary>Puts all values of the table under their data keys.</summary>
    /// <exception cref="MeshException"><c>SecretDataInvalid</c>, and as <see cref="CopyTo"/>.</exception>
    internal void CopyTableTo(SecretData data)
    {
        if (_source is not IDictionary table)
        {
            throw SecretInputErrors.DataInvalid(_source.GetType());
        }

        foreach (DictionaryEntry entry in table)
        {
            object? value = entry.Value is PSObject wrapped ? wrapped.BaseObject : entry.Value;
            Copy(data, entry.Key as string ?? throw SecretInputErrors.DataInvalid(entry.Key.GetType()), value);
        }
    }

    private static void Copy(SecretData data, string key, object? value)
    {
        switch (value)
        {
            case string text:
                SetText(data, key, text);
                break;
            case SecureString secure:
                char[] chars = secure.ToChars();
                SetText(data, key, chars);
                CryptographicOperations.ZeroMemory(System.Runtime.InteropServices.MemoryMarshal.AsBytes(chars.AsSpan()));
                break;
            case byte[] bytes:
                data.Set(key, bytes);
                break;
            // What Get-Content -AsByteStream gives without -Raw.
            case object[] items when items.Length > 0 && Array.TrueForAll(items, item => (item is PSObject wrapped ? wrapped.BaseObject : item) is byte):
                Copy(data, key, Array.ConvertAll(items, item => (byte)(item is PSObject wrapped ? wrapped.BaseObject : item)));
                break;
            case FileInfo file:
                SecretFile.CopyTo(data, key, file.FullName);
                break;
            default:
                throw SecretInputErrors.ValueInvalid(key, value?.GetType());
        }
    }

    private static void SetText(SecretData data, string key, ReadOnlySpan<char> text)
    {
        byte[] bytes;
        try
        {
            bytes = new byte[s_strictUtf8.GetByteCount(text)];
        }
        catch (EncoderFallbackException)
        {
            throw SecretInputErrors.NotUnicode(key);
        }

        s_strictUtf8.GetBytes(text, bytes);
        try
        {
            data.Set(key, bytes);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }
}
