using System.Security.Cryptography;

namespace MeshSecrets.Stores.Embedded;

/// <content>Creating a store, and unlocking one.</content>
public sealed partial class EmbeddedStore
{
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
}
