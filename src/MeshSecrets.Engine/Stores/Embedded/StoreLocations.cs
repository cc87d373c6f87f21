namespace MeshSecrets.Stores.Embedded;

/// <summary>Where the default store and the key files lie, unless the caller says otherwise.</summary>
public static class StoreLocations
{
    /// <summary>The environment variable that names the default store's folder.</summary>
    public const string StoreVariable = "MESHSECRETS_STORE";

    /// <summary>The environment variable that holds the passphrase of a store protected by one.</summary>
    public const string PassphraseVariable = "MESHSECRETS_PASSPHRASE";

    private const string Product = "MeshSecrets";

    /// <summary>The default store's folder: <see cref="StoreVariable"/> if set, else <c>MeshSecrets/store</c> in the user's local data.</summary>
    /// <returns>A full path.</returns>
    public static string DefaultStore() =>
        Environment.GetEnvironmentVariable(StoreVariable) is { Length: > 0 } path
            ? Path.GetFullPath(path)
            : Path.Combine(Folder(Environment.SpecialFolder.LocalApplicationData), Product, "store");

    /// <summary>
    /// The folder of the key files: <c>MeshSecrets/keys</c> in the user's configuration, so that a copy of a store's
    /// folder gives nothing away.
    /// </summary>
    /// <returns>A full path.</returns>
    public static string KeyFolder() => Path.Combine(Folder(Environment.SpecialFolder.ApplicationData), Product, "keys");

    // Not verified: the folder of a user who has none yet is created with the store.
    private static string Folder(Environment.SpecialFolder folder) =>
        Path.GetFullPath(Environment.GetFolderPath(folder, Environment.SpecialFolderOption.DoNotVerify));
}
