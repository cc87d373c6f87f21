namespace MeshSecrets.Stores.Embedded;

/// <content>Settings that can change: what protects the store key, how many versions are kept.</content>
public sealed partial class EmbeddedStore : IProtectedStore
{
    /// <inheritdoc/>
    public Task ChangeProtectorAsync(StoreKeySource source, CancellationToken cancellationToken) => ChangeSettingsAsync(
        "change-protector",
        settings =>
        {
            string keyFile = source.KeyFilePath ?? UnusedKeyFile();
            StoreProtector protector = StoreProtector.Wrap(
                _keys.Root, _id, source, keyFile, keyFile == DefaultKeyFile(_options, _id) ? null : keyFile, _files);
            return settings with { Protector = protector };
        },
        cancellationToken);

    /// <summary>
    /// Changes how many versions of a secret are kept. Fewer: the surplus disappears as segments are merged. It holds
    /// for this and for later openings.
    /// </summary>
    /// <param name="count">The current version included: 1 to 1000.</param>
    /// <param name="cancellationToken">Stops the operation before anything is changed.</param>
    /// <returns>A task.</returns>
    /// <exception cref="MeshException"><c>VersionsKeptInvalid</c> or a failure of the store.</exception>
    public Task ChangeVersionsKeptAsync(int count, CancellationToken cancellationToken) =>
        count is < 1 or > StoreSettings.MaxVersionsKept
            ? Task.FromException(StoreErrors.VersionsKeptInvalid(count))
            : ChangeSettingsAsync("change-versions-kept", settings => settings with { VersionsKept = count }, cancellationToken);

    private Task ChangeSettingsAsync(string action, Func<StoreSettings, StoreSettings> change, CancellationToken cancellationToken) => LockedAsync(
        () =>
        {
            Prepare();
            StoreSettings changed = change(ReadSettings());
            // Noted first: the trail may name a change that a crash prevented, but never lacks one.
            Commit(batch => batch.Note(null, action));
            changed.Write(_folder.Settings, _keys, _files);
            lock (_gate)
            {
                _settingsRead = default;
            }
        },
        cancellationToken);

    /// <summary>A new key file must not be an old one again, or what was protected by that would still be.</summary>
    private string UnusedKeyFile()
    {
        string path = DefaultKeyFile(_options, _id);
        for (int number = 2; File.Exists(path); number++)
        {
            path = Path.Combine(_options.KeyFolder, $"{_id}.{number}.key");
        }

        return path;
    }
}
