using System.Runtime.InteropServices;
using System.Security;
using System.Security.Cryptography;

namespace MeshSecrets.Stores.Embedded;

/// <summary>What unlocks a store or a backup: a key file or a passphrase. Dispose it to zero the passphrase.</summary>
public sealed class StoreKeySource : IDisposable
{
    private readonly char[]? _passphrase;

    private StoreKeySource(string? keyFilePath, char[]? passphrase)
    {
        KeyFilePath = keyFilePath;
        _passphrase = passphrase;
    }

    /// <summary>The key file's path; <see langword="null"/> for a passphrase, or for the default key file of the store.</summary>
    public string? KeyFilePath { get; }

    /// <summary>Whether this is a passphrase.</summary>
    public bool IsPassphrase => _passphrase is not null;

    internal ReadOnlySpan<char> Passphrase => _passphrase;

    /// <summary>A key file.</summary>
    /// <param name="path">Its path; <see langword="null"/> for the store's default one. It is created with the store.</param>
    /// <returns>The source.</returns>
    public static StoreKeySource KeyFile(string? path = null) => new(path is null ? null : Path.GetFullPath(path), null);

    /// <summary>A passphrase, which is copied.</summary>
    /// <param name="passphrase">Its characters.</param>
    /// <returns>The source.</returns>
    /// <exception cref="MeshException"><c>StorePassphraseEmpty</c>.</exception>
    public static StoreKeySource FromPassphrase(ReadOnlySpan<char> passphrase) =>
        passphrase.IsEmpty ? throw StoreErrors.PassphraseEmpty() : new StoreKeySource(null, passphrase.ToArray());

    /// <summary>A passphrase, which is copied.</summary>
    /// <param name="passphrase">The passphrase.</param>
    /// <returns>The source.</returns>
    /// <exception cref="MeshException"><c>StorePassphraseEmpty</c>.</exception>
    public static StoreKeySource FromPassphrase(SecureString passphrase)
    {
        char[] characters = new char[passphrase.Length];
        nint copy = Marshal.SecureStringToGlobalAllocUnicode(passphrase);
        try
        {
            Marshal.Copy(copy, characters, 0, characters.Length);
            return FromPassphrase(characters);
        }
        finally
        {
            Marshal.ZeroFreeGlobalAllocUnicode(copy);
            CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(characters.AsSpan()));
        }
    }

    /// <summary>The passphrase in <see cref="StoreLocations.PassphraseVariable"/>.</summary>
    /// <returns>The source, or <see langword="null"/> if the variable is not set.</returns>
    public static StoreKeySource? FromEnvironment() =>
        Environment.GetEnvironmentVariable(StoreLocations.PassphraseVariable) is { Length: > 0 } text ? FromPassphrase(text) : null;

    /// <summary>Zeroes the passphrase.</summary>
    public void Dispose() => CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_passphrase.AsSpan()));

    /// <summary>The kind, never the passphrase.</summary>
    /// <returns>For example <c>KeyFile</c>.</returns>
    public override string ToString() => IsPassphrase ? nameof(StoreProtectorKind.Passphrase) : nameof(StoreProtectorKind.KeyFile);
}
