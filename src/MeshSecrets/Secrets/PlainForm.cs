using System.Collections.Specialized;
using System.Security;
using System.Security.Cryptography;
using System.Text;
using MeshSecrets.Secrets;

namespace MeshSecrets.Commands;

/// <summary>In what form values are given to a user who asked for them.</summary>
internal enum PlainForm
{
    None,
    Text,
    Bytes,
    SecureText,
}

/// <summary>Gives values to a user who asked for them.</summary>
internal static class PlainFormExtensions
{
    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>One value as it is, several in a dictionary by their data keys.</summary>
    /// <exception cref="MeshException"><c>SecretDataKeyMissing</c>, <c>SecretValueNotText</c>.</exception>
    internal static object Of(this PlainForm form, Secret secret, string? key)
    {
        SecretData data = secret.GetData();
        if (key is null && data.Keys.Count != 1)
        {
            OrderedDictionary values = [];
            foreach (string each in data.Keys)
            {
                values.Add(each, form.Of(secret.Id, each, data.GetValue(each).Span));
            }

            return values;
        }

        string single = key ?? data.Keys[0];
        return data.TryGetValue(single, out ReadOnlyMemory<byte> value)
            ? form.Of(secret.Id, single, value.Span)
            : throw SecretInputErrors.KeyMissing(secret.Id, single, data.Keys);
    }

    private static object Of(this PlainForm form, SecretId id, string key, ReadOnlySpan<byte> value)
    {
        if (form == PlainForm.Bytes)
        {
            return value.ToArray();
        }

        try
        {
            return form == PlainForm.SecureText ? ToSecureString(value) : s_strict.GetString(value);
        }
        catch (DecoderFallbackException)
        {
            throw SecretInputErrors.NotText(id, key);
        }
    }

    private static SecureString ToSecureString(ReadOnlySpan<byte> value)
    {
        char[] chars = new char[s_strict.GetMaxCharCount(value.Length)];
        try
        {
            int length = s_strict.GetChars(value, chars);
            SecureString secure = new();
            foreach (char c in chars.AsSpan(0, length))
            {
                secure.AppendChar(c);
            }

            secure.MakeReadOnly();
            return secure;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(System.Runtime.InteropServices.MemoryMarshal.AsBytes(chars.AsSpan()));
        }
    }
}
