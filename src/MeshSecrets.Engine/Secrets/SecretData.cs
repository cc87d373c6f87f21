using System.Buffers;
using System.Diagnostics;
using System.Security.Cryptography;

namespace MeshSecrets.Secrets;

/// <summary>
/// The values of a secret: several data keys, each with bytes, in ordinal order of the keys.
/// </summary>
/// <remarks>
/// Values are reachable only through <see cref="GetValue"/> and <see cref="TryGetValue"/>, never through a property,
/// so no serializer, formatter or view comes upon them. The object owns its copies and zeroes them when disposed.
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class SecretData : IDisposable
{
    /// <summary>The most bytes that one secret's values may have together: 1 MiB, as in Kubernetes.</summary>
    public const int MaxSize = 1024 * 1024;

    private const int MaxKeyLength = 253;

    private static readonly SearchValues<char> s_keyCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.");

    private readonly SortedList<string, byte[]> _values = new(StringComparer.Ordinal);

    /// <summary>The names of the data keys, in ordinal order.</summary>
    public IReadOnlyList<string> Keys => [.. _values.Keys];

    internal int Count => _values.Count;

    internal string KeyAt(int index) => _values.GetKeyAtIndex(index);

    internal ReadOnlySpan<byte> ValueAt(int index) => _values.GetValueAtIndex(index);

    /// <summary>Adds a value that a store decoded, without copying or checking it again.</summary>
    internal void Adopt(string key, byte[] value) => _values.Add(key, value);

    /// <summary>Sets a value, copying it. The former value is zeroed.</summary>
    /// <param name="key">The data key: at most 253 letters, digits, <c>-</c>, <c>_</c> and <c>.</c>.</param>
    /// <param name="value">The bytes; may be empty.</param>
    /// <returns>This object, to chain calls.</returns>
    /// <exception cref="MeshException"><c>SecretDataKeyInvalid</c>.</exception>
    public SecretData Set(string key, ReadOnlySpan<byte> value)
    {
        EnsureKey(key);
        byte[] copy = value.ToArray(); // First, for the value may be a view of the former one.
        Remove(key);
        _values[key] = copy;
        return this;
    }

    /// <summary>Checks the name of a data key, as <see cref="Set"/> does.</summary>
    /// <exception cref="MeshException"><c>SecretDataKeyInvalid</c>.</exception>
    internal static void EnsureKey(string key)
    {
        if (key.Length is 0 or > MaxKeyLength || key is "." or ".." || key.AsSpan().ContainsAnyExcept(s_keyCharacters))
        {
            throw SecretErrors.DataKeyInvalid(key);
        }
    }

    /// <summary>Removes a value and zeroes it.</summary>
    /// <param name="key">The data key.</param>
    /// <returns>Whether there was one.</returns>
    public bool Remove(string key)
    {
        if (!_values.Remove(key, out byte[]? value))
        {
            return false;
        }

        CryptographicOperations.ZeroMemory(value);
        return true;
    }

    /// <summary>The value of a data key, as a view that is valid until this object changes or is disposed.</summary>
    /// <param name="key">The data key.</param>
    /// <returns>The bytes.</returns>
    /// <exception cref="MeshException"><c>SecretDataKeyMissing</c>.</exception>
    public ReadOnlyMemory<byte> GetValue(string key) =>
        _values.TryGetValue(key, out byte[]? value) ? value : throw SecretErrors.DataKeyMissing(key, "The secret");

    /// <summary>The value of a data key, if there is one.</summary>
    /// <param name="key">The data key.</param>
    /// <param name="value">The bytes, as a view that is valid until this object changes or is disposed.</param>
    /// <returns>Whether there is such a key.</returns>
    public bool TryGetValue(string key, out ReadOnlyMemory<byte> value)
    {
        bool found = _values.TryGetValue(key, out byte[]? bytes);
        value = bytes;
        return found;
    }

    /// <summary>A copy that is disposed on its own.</summary>
    /// <returns>The copy.</returns>
    public SecretData Clone()
    {
        SecretData copy = new();
        foreach ((string key, byte[] value) in _values)
        {
            copy._values.Add(key, value.AsSpan().ToArray());
        }

        return copy;
    }

    /// <summary>Whether both hold the same keys and bytes, compared in constant time for each value.</summary>
    /// <param name="other">The data to compare with.</param>
    /// <returns>Whether they are equal.</returns>
    public bool ContentEquals(SecretData other)
    {
        bool same = _values.Count == other._values.Count;
        foreach ((string key, byte[] value) in _values)
        {
            same &= other._values.TryGetValue(key, out byte[]? theirs) && CryptographicOperations.FixedTimeEquals(value, theirs);
        }

        return same;
    }

    /// <summary>Zeroes all values.</summary>
    public void Dispose()
    {
        foreach (byte[] value in _values.Values)
        {
            CryptographicOperations.ZeroMemory(value);
        }

        _values.Clear();
    }

    /// <summary>The keys and sizes, never a value.</summary>
    /// <returns>For example <c>tls.crt (1042 bytes), tls.key (241 bytes)</c>.</returns>
    public override string ToString() => string.Join(", ", _values.Select(pair => $"{pair.Key} ({pair.Value.Length} bytes)"));
}
