using System.Security.Cryptography;
using MeshSecrets.Secrets;

namespace MeshSecrets.Stores.Embedded;

/// <summary>
/// A store in a folder, encrypted, for any number of threads, runspaces and processes at once.
/// </summary>
/// <remarks>
/// Every commit is one immutable segment file: sealed payloads, and a sealed directory with the metadata, so that listing
/// decrypts no value and opening reads directories alone. A segment appears by renaming, after it is on the disk; segments
/// are chained, merged as they become many, and read without any lock. Somebody who puts back an earlier copy of the
/// whole folder cannot be told from a restored backup; anything less is noticed.
/// </remarks>
public sealed partial class EmbeddedStore : IVersionedStore, IBatchStore
{
    private readonly EmbeddedStoreOptions _options;
    private readonly StoreFolder _folder;
    private readonly StoreId _id;
    private readonly StoreKeys _keys;
    private readonly StoreIndex _index;
    private readonly AuditTrail _trail;
    private readonly CommitLog _log;
    private readonly DurableFiles _files;
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _writers = new(1, 1);
    private bool _disposed;

    private EmbeddedStore(EmbeddedStoreOptions options, StoreFolder folder, StoreSettings settings, StoreKeys keys)
    {
        _options = options;
        _folder = folder;
        _id = settings.StoreId;
        _keys = keys;
        _files = options.Files;
        _index = new StoreIndex(folder.Segments, keys, _id, settings.VersionsKept);
        _trail = new AuditTrail(folder.Audit, keys.Audit, _files);
        _log = new CommitLog(folder, keys, _id, _trail, _files);
    }

    /// <inheritdoc/>
    public string Kind => "Embedded";

    /// <inheritdoc/>
    public string Location => _folder.Path;

    /// <summary>The store's identity, 32 hexadecimal digits; its default key file is named after it.</summary>
    public string StoreId => _id.ToString();

    /// <summary>Whether there is a store in a folder, of whatever state.</summary>
    /// <param name="path">The folder.</param>
    /// <returns>Whether it has a store's settings.</returns>
    public static bool Exists(string path) => File.Exists(new StoreFolder(Path.GetFullPath(path)).Settings);

    /// <summary>Opens a store, and creates it if wanted.</summary>
    /// <param name="options">Where it is and what unlocks it.</param>
    /// <param name="cancellationToken">Stops the operation.</param>
    /// <returns>The store, to be disposed by the caller.</returns>
    /// <exception cref="MeshException">
    /// <c>StoreNotFound</c>, <c>StoreSettingsAltered</c>, <c>StoreFormatUnknown</c>, <c>StorePassphraseRequired</c>,
    /// <c>StorePassphraseWrong</c>, <c>StoreProtectorMismatch</c>, <c>StoreKeyWrong</c>, <c>KeyFileMissing</c>,
    /// <c>KeyFilePermissions</c>, <c>KeyFileInvalid</c>; unless loading is deferred, <c>StoreRecordAltered</c>,
    /// <c>StoreRecordMissing</c>, <c>StoreRolledBack</c>.
    /// </exception>
    public static async Task<EmbeddedStore> OpenAsync(EmbeddedStoreOptions options, CancellationToken cancellationToken)
    {
        StoreFolder folder = new(Path.GetFullPath(options.Path));
        if (!File.Exists(folder.Settings))
        {
            await CreateAsync(folder, options, cancellationToken).ConfigureAwait(false);
        }

        (StoreSettings settings, StoreKeys keys) = await Task.Run(() => Unlock(folder, options), cancellationToken).ConfigureAwait(false);
        EmbeddedStore store = new(options, folder, settings, keys);
        try
        {
            if (!settings.Ready)
            {
                await store.InitializeAsync(cancellationToken).ConfigureAwait(false);
            }

            if (!options.DeferLoading)
            {
                await Task.Run(store.Load, cancellationToken).ConfigureAwait(false);
            }

            return store;
        }
        catch
        {
            await store.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Closes the store and zeroes its keys.</summary>
    /// <returns>A task.</returns>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        // A write under way ends first.
        await _writers.WaitAsync().ConfigureAwait(false);
        lock (_gate)
        {
            _disposed = true;
            _index.Dispose();
            _keys.Dispose();
        }

        _writers.Release();
    }

    private static async Task CreateAsync(StoreFolder folder, EmbeddedStoreOptions options, CancellationToken cancellationToken)
    {
        if (!options.CreateIfMissing)
        {
            throw StoreErrors.StoreNotFound(folder.Path);
        }

        if (options.VersionsKept is < 1 or > StoreSettings.MaxVersionsKept)
        {
            throw StoreErrors.VersionsKeptInvalid(options.VersionsKept);
        }

        CreateFolders(folder, options.Files);
        using SemaphoreSlim local = new(1, 1);
        using StoreLock writing = await StoreLock.AcquireAsync(
            options.Files, folder.Lock, local, options.LockTimeout, options.TimeProvider, cancellationToken).ConfigureAwait(false);
        if (File.Exists(folder.Settings))
        {
            return;
        }

        if (File.Exists(folder.Audit) || Directory.EnumerateFiles(folder.Segments).Any())
        {
            throw StoreErrors.NotAStore(folder.Path);
        }

        await Task.Run(() => WriteSettings(folder, options), CancellationToken.None).ConfigureAwait(false);
    }

    private static void CreateFolders(StoreFolder folder, DurableFiles files)
    {
        try
        {
            if (Directory.Exists(folder.Path) && !Directory.Exists(folder.Segments) && Directory.EnumerateFileSystemEntries(folder.Path).Any())
            {
                throw StoreErrors.NotAStore(folder.Path);
            }

            files.CreateFolder(folder.Segments);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw StoreErrors.WriteFailed(exception, folder.Path);
        }
    }

    private static void WriteSettings(StoreFolder folder, EmbeddedStoreOptions options)
    {
        StoreId id = Embedded.StoreId.New();
        StoreKeySource source = options.KeySource ?? StoreKeySource.KeyFile();
        using StoreKeys keys = new(RandomNumberGenerator.GetBytes(StoreKeys.Length), id);
        StoreProtector protector = StoreProtector.Wrap(
            keys.Root, id, source, source.KeyFilePath ?? DefaultKeyFile(options, id), source.KeyFilePath, options.Files);
        try
        {
            StoreSettings.Create(id, options.VersionsKept, protector).Write(folder.Settings, keys, options.Files);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw StoreErrors.WriteFailed(exception, folder.Settings);
        }
    }

    private static (StoreSettings Settings, StoreKeys Keys) Unlock(StoreFolder folder, EmbeddedStoreOptions options)
    {
        StoreSettings settings = StoreSettings.Read(folder.Settings);
        byte[] root = UnwrapKey(settings, folder, options);
        StoreKeys keys = new(root, settings.StoreId);
        if (settings.IsAuthentic(keys))
        {
            return (settings, keys);
        }

        keys.Dispose();
        throw StoreErrors.SettingsAltered(folder.Settings);
    }

    private static byte[] UnwrapKey(StoreSettings settings, StoreFolder folder, EmbeddedStoreOptions options)
    {
        StoreProtector protector = settings.Protector;
        bool wantsPassphrase = protector.Kind == StoreProtectorKind.Passphrase;
        if (options.KeySource is { } given && given.IsPassphrase != wantsPassphrase)
        {
            throw StoreErrors.ProtectorMismatch(folder.Path, wantsPassphrase ? "passphrase" : "key file");
        }

        if (!wantsPassphrase)
        {
            StoreKeySource source = options.KeySource ?? StoreKeySource.KeyFile(protector.KeyFile);
            string keyFile = source.KeyFilePath ?? protector.KeyFile ?? DefaultKeyFile(options, settings.StoreId);
            return protector.Unwrap(settings.StoreId, source, keyFile) ?? throw StoreErrors.KeyWrong(folder.Path, keyFile);
        }

        using StoreKeySource? environment = options.KeySource is null ? StoreKeySource.FromEnvironment() : null;
        StoreKeySource passphrase = options.KeySource ?? environment ?? throw StoreErrors.PassphraseRequired(folder.Path);
        return protector.Unwrap(settings.StoreId, passphrase, "") ?? throw StoreErrors.PassphraseWrong(folder.Path);
    }

    private static string DefaultKeyFile(EmbeddedStoreOptions options, StoreId id) => Path.Combine(options.KeyFolder, $"{id}.key");

    /// <summary>Makes the first commit of a new store. From then on, a store without segments is a damaged one.</summary>
    private Task InitializeAsync(CancellationToken cancellationToken) => LockedAsync(
        () =>
        {
            StoreSettings settings = StoreSettings.Read(_folder.Settings);
            if (settings.Ready)
            {
                return;
            }

            bool first;
            lock (_gate)
            {
                _index.Refresh();
                first = _index.Tip.Commit == 0;
            }

            if (first)
            {
                Commit(batch => batch.Note(null, "initialize"));
            }

            (settings with { Ready = true }).Write(_folder.Settings, _keys, _files);
        },
        cancellationToken);

    private void Load()
    {
        // The trail is behind the segments at any moment; read first, it is so in what is read, too.
        long trail = _trail.Length;
        lock (_gate)
        {
            Refresh();
            if (trail > _index.Tip.Audit.Length)
            {
                throw StoreErrors.TrailAhead(_folder.Audit);
            }
        }
    }

    /// <summary>Takes in what others have written. Under the gate.</summary>
    private void Refresh()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        try
        {
            _index.Refresh();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw StoreErrors.ReadFailed(exception, _folder.Segments);
        }

        if (_index.Tip.Commit == 0)
        {
            throw StoreErrors.NoCommits(_folder.Segments);
        }
    }
}
