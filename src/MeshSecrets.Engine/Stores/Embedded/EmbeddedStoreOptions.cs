namespace MeshSecrets.Stores.Embedded;

/// <summary>How to open or create an embedded store.</summary>
public sealed record EmbeddedStoreOptions
{
    /// <summary>The store's folder.</summary>
    public required string Path { get; init; }

    /// <summary>
    /// What unlocks the store; the caller disposes it. <see langword="null"/> for the key file that the store names, or
    /// the passphrase in the environment if it is protected by one. A new store gets a key file.
    /// </summary>
    public StoreKeySource? KeySource { get; init; }

    /// <summary>The folder of key files that have no path of their own.</summary>
    public string KeyFolder { get; init; } = StoreLocations.KeyFolder();

    /// <summary>Whether to create a store if the folder is missing or empty.</summary>
    public bool CreateIfMissing { get; init; }

    /// <summary>How many versions of a secret a new store keeps, the current one included: 1 to 1000.</summary>
    public int VersionsKept { get; init; } = StoreSettings.DefaultVersionsKept;

    /// <summary>Who the audit trail says it was.</summary>
    public string Actor { get; init; } = $"{Environment.UserName}@{Environment.MachineName}";

    /// <summary>How long a writer waits for others.</summary>
    public TimeSpan LockTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Whether the records are looked at only by the first operation, so that a damaged store opens and
    /// <see cref="IVerifiableStore.VerifyAsync"/> can say what is wrong with it.
    /// </summary>
    public bool DeferLoading { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>The file operations, for tests that let them fail.</summary>
    internal DurableFiles Files { get; init; } = new();

    /// <summary>How many segments of about one size are merged into one.</summary>
    internal int MergeFanIn { get; init; } = MergePolicy.DefaultFanIn;
}
