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
    private DateTime _settingsRead;
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
            // Before the content, so that a change in between is seen next time.
            DateTime written = File.GetLastWriteTimeUtc(_folder.Settings);
            if (written != _settingsRead)
            {
                _index.Keep(ReadSettings().VersionsKept);
                _settingsRead = written;
            }

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

    /// <summary>The settings as they are now, proven.</summary>
    private StoreSettings ReadSettings()
    {
        StoreSettings settings = StoreSettings.Read(_folder.Settings);
        return settings.IsAuthentic(_keys) ? settings : throw StoreErrors.SettingsAltered(_folder.Settings);
    }
}
