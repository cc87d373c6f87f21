using MeshSecrets.Secrets;
using MeshSecrets.Stores.Embedded;
using static MeshSecrets.Tests.Stores.StoreFixture;

namespace MeshSecrets.Tests.Stores;

public sealed class StoreBackupTests : IDisposable
{
    private readonly StoreFixture _fixture = new();
    private readonly StoreKeySource _passphrase = StoreKeySource.FromPassphrase("for the vault");

    public void Dispose()
    {
        _passphrase.Dispose();
        _fixture.Dispose();
    }

    [Fact]
    public async Task A_restored_store_has_every_version_and_the_trail_and_verifies()
    {
        string backup = await BackupAsync(_passphrase);

        await EmbeddedStore.RestoreAsync(backup, _passphrase, Target, Cancel);

        await using EmbeddedStore restored = await EmbeddedStore.OpenAsync(Target with { CreateIfMissing = false }, Cancel);
        Assert.Equal("2", await ValueAsync(restored, "a"));
        using Secret? earlier = await restored.GetVersionAsync(Id("a"), 1, Cancel);
        Assert.Equal("1", Value(earlier!));
        Assert.Null(await ValueAsync(restored, "gone"));
        Assert.Single(await restored.ListVersionsAsync(Id("gone"), Cancel));
        Assert.Empty(await restored.VerifyAsync(Cancel).ToListAsync(Cancel));
        Assert.Equal(
            ["initialize", "create", "update", "create", "remove", "backup", "restore-backup"],
            await restored.ReadAuditAsync(Cancel).Select(entry => entry.Action).ToListAsync(Cancel));
    }

    [Fact]
    public async Task A_backup_by_key_file_needs_that_key_file()
    {
        StoreKeySource source = StoreKeySource.KeyFile(Path.Combine(_fixture.Root, "safe", "backup.key"));
        StoreKeySource other = StoreKeySource.KeyFile(_fixture.Root + "/other.key");
        string backup = await BackupAsync(source);
        File.WriteAllText(other.KeyFilePath!, Convert.ToBase64String(new byte[32]));
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(other.KeyFilePath!, UnixFileMode.UserRead);
        }

        await FailsAsync("BackupKeyWrong", () => EmbeddedStore.RestoreAsync(backup, other, Target, Cancel));
        await EmbeddedStore.RestoreAsync(backup, source, Target, Cancel);
    }

    [Fact]
    public async Task A_wrong_passphrase_a_missing_file_and_a_full_target_are_told_apart()
    {
        string backup = await BackupAsync(_passphrase);
        using StoreKeySource wrong = StoreKeySource.FromPassphrase("wrong");

        await FailsAsync("BackupPassphraseWrong", () => EmbeddedStore.RestoreAsync(backup, wrong, Target, Cancel));
        await FailsAsync("BackupNotFound", () => EmbeddedStore.RestoreAsync(backup + "x", _passphrase, Target, Cancel));
        await FailsAsync("RestoreTargetNotEmpty", () => EmbeddedStore.RestoreAsync(backup, _passphrase, _fixture.Options, Cancel));
        Assert.False(Directory.Exists(Target.Path));
    }

    [Fact]
    public async Task An_altered_or_cut_backup_is_refused_whole()
    {
        string backup = await BackupAsync(StoreKeySource.KeyFile());
        byte[] sound = File.ReadAllBytes(backup);
        for (int at = 0; at < sound.Length; at += 101)
        {
            byte[] altered = [.. sound];
            altered[at] ^= 0x01;
            File.WriteAllBytes(backup, altered);
            MeshException error = await Assert.ThrowsAsync<MeshException>(RestoreAsync);
            Assert.Contains(error.ErrorId, new[] { "BackupAltered", "BackupKeyWrong", "StoreProtectorMismatch" });
        }

        foreach (int length in new[] { 0, 5, 100, sound.Length / 2, sound.Length - 1 })
        {
            File.WriteAllBytes(backup, sound[..length]);
            await FailsAsync("BackupAltered", RestoreAsync);
        }

        File.WriteAllBytes(backup, [.. sound, 0]);
        await FailsAsync("BackupAltered", RestoreAsync);
        Assert.DoesNotContain(Directory.GetDirectories(_fixture.Root), folder => folder.Contains("restored", StringComparison.Ordinal));

        Task RestoreAsync() => EmbeddedStore.RestoreAsync(backup, StoreKeySource.KeyFile(), Target, Cancel);
    }

    private EmbeddedStoreOptions Target => _fixture.Options with { Path = Path.Combine(_fixture.Root, "restored") };

    private async Task<string> BackupAsync(StoreKeySource source)
    {
        string backup = Path.Combine(_fixture.Root, "store.backup");
        await using EmbeddedStore store = await _fixture.OpenAsync();
        await store.PutAsync(Write("a", "1"), Cancel);
        await store.PutAsync(Write("a", "2"), Cancel);
        await store.PutAsync(Write("gone"), Cancel);
        await store.DeleteAsync(Id("gone"), null, Cancel);
        await store.BackupAsync(backup, source, Cancel);
        return backup;
    }
}
