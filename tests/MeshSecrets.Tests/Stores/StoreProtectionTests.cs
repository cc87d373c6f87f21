using System.Runtime.Versioning;
using System.Security;
using MeshSecrets.Secrets;
using MeshSecrets.Stores.Embedded;
using static MeshSecrets.Tests.Stores.StoreFixture;

namespace MeshSecrets.Tests.Stores;

public sealed class StoreProtectionTests : IDisposable
{
    private readonly StoreFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task A_passphrase_opens_the_store_and_a_wrong_one_does_not()
    {
        using StoreKeySource right = StoreKeySource.FromPassphrase("correct horse");
        using StoreKeySource wrong = StoreKeySource.FromPassphrase("battery staple");
        await using (EmbeddedStore store = await OpenAsync(right))
        {
            await store.PutAsync(Write("a", "1"), Cancel);
        }

        using SecureString secure = new();
        "correct horse".ToList().ForEach(secure.AppendChar);
        using StoreKeySource fromSecure = StoreKeySource.FromPassphrase(secure);
        await using EmbeddedStore reopened = await OpenAsync(fromSecure);
        Assert.Equal("1", await ValueAsync(reopened, "a"));
        await FailsAsync("StorePassphraseWrong", () => OpenAsync(wrong));
        await FailsAsync("StoreProtectorMismatch", () => OpenAsync(StoreKeySource.KeyFile()));
        Assert.False(Directory.Exists(Path.Combine(_fixture.Root, "keys")));
    }

    [Fact]
    public async Task A_store_with_a_passphrase_asks_for_it()
    {
        Assert.SkipWhen(StoreKeySource.FromEnvironment() is not null, "The environment has a passphrase.");
        using StoreKeySource passphrase = StoreKeySource.FromPassphrase("p");
        await (await OpenAsync(passphrase)).DisposeAsync();

        await FailsAsync("StorePassphraseRequired", _fixture.OpenAsync);
    }

    [Fact]
    public async Task An_empty_passphrase_is_refused() =>
        await FailsAsync("StorePassphraseEmpty", () => Task.FromResult(StoreKeySource.FromPassphrase("")));

    [Fact]
    public async Task The_protector_changes_and_no_record_is_written_again()
    {
        using StoreKeySource first = StoreKeySource.FromPassphrase("first");
        using StoreKeySource second = StoreKeySource.FromPassphrase("second");
        string keyFile = Path.Combine(_fixture.Root, "elsewhere", "my.key");
        await using (EmbeddedStore store = await _fixture.OpenAsync())
        {
            await store.PutAsync(Write("a", "1"), Cancel);
            byte[] record = File.ReadAllBytes(Directory.GetFiles(_fixture.Segments).Order().Last());

            await store.ChangeProtectorAsync(first, Cancel);
            await (await OpenAsync(first)).DisposeAsync();
            await store.ChangeProtectorAsync(second, Cancel);
            await FailsAsync("StorePassphraseWrong", () => OpenAsync(first));
            await store.ChangeProtectorAsync(StoreKeySource.KeyFile(keyFile), Cancel);

            Assert.Contains(Directory.GetFiles(_fixture.Segments), file => File.ReadAllBytes(file).AsSpan().SequenceEqual(record));
        }

        await using EmbeddedStore unattended = await _fixture.OpenAsync();
        Assert.Equal("1", await ValueAsync(unattended, "a"));
        Assert.Empty(await unattended.VerifyAsync(Cancel).ToListAsync(Cancel));
        Assert.Equal(3, await unattended.ReadAuditAsync(Cancel).CountAsync(entry => entry.Action == "change-protector", Cancel));
    }

    [Fact]
    public async Task A_new_key_file_makes_the_old_one_useless()
    {
        await using EmbeddedStore store = await _fixture.OpenAsync();
        string old = _fixture.KeyFile;

        await store.ChangeProtectorAsync(StoreKeySource.KeyFile(), Cancel);

        await (await _fixture.OpenAsync()).DisposeAsync();
        await FailsAsync("StoreKeyWrong", () => OpenAsync(StoreKeySource.KeyFile(old)));
    }

    [Fact]
    public async Task A_key_file_that_is_missing_broken_or_of_another_store_does_not_open()
    {
        await (await _fixture.OpenAsync()).DisposeAsync();
        string keyFile = _fixture.KeyFile;
        string key = File.ReadAllText(keyFile);

        File.WriteAllText(keyFile, (key[0] == 'A' ? "B" : "A") + key[1..]);
        await FailsAsync("StoreKeyWrong", _fixture.OpenAsync);
        File.WriteAllText(keyFile, "not a key");
        await FailsAsync("KeyFileInvalid", _fixture.OpenAsync);
        File.Delete(keyFile);
        await FailsAsync("KeyFileMissing", _fixture.OpenAsync);
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task A_key_file_that_others_can_read_does_not_open()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such modes.");
        await (await _fixture.OpenAsync()).DisposeAsync();
        File.SetUnixFileMode(_fixture.KeyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);

        MeshException error = await FailsAsync("KeyFilePermissions", _fixture.OpenAsync);

        Assert.Contains("chmod 600", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_number_of_versions_changes_for_all_openings()
    {
        await using EmbeddedStore store = await _fixture.OpenAsync();
        for (int i = 0; i < 5; i++)
        {
            await store.PutAsync(Write("a", $"{i}"), Cancel);
        }

        await store.ChangeVersionsKeptAsync(2, Cancel);

        Assert.Equal(2, (await store.ListVersionsAsync(Id("a"), Cancel)).Count);
        await using EmbeddedStore reopened = await _fixture.OpenAsync();
        Assert.Equal(2, (await reopened.ListVersionsAsync(Id("a"), Cancel)).Count);
        await FailsAsync("VersionsKeptInvalid", () => store.ChangeVersionsKeptAsync(0, Cancel));
    }

    [Fact]
    public async Task A_store_that_was_open_before_keeps_as_many_versions_as_are_now_to_be_kept()
    {
        await using EmbeddedStore earlier = await _fixture.OpenAsync(options => options with { VersionsKept = 2, MergeFanIn = 2 });
        await earlier.PutAsync(Write("a", "0"), Cancel);
        await using (EmbeddedStore other = await _fixture.OpenAsync())
        {
            await other.ChangeVersionsKeptAsync(8, Cancel);
            for (int i = 1; i < 7; i++)
            {
                await other.PutAsync(Write("a", $"{i}"), Cancel);
            }
        }

        Assert.Equal(7, (await earlier.ListVersionsAsync(Id("a"), Cancel)).Count);
        await earlier.PutAsync(Write("b"), Cancel);
        await earlier.PutAsync(Write("b"), Cancel);

        await using EmbeddedStore reopened = await _fixture.OpenAsync();
        Assert.Equal(7, (await reopened.ListVersionsAsync(Id("a"), Cancel)).Count);
    }

    [Fact]
    public async Task Many_who_create_one_key_file_at_once_share_the_key_of_one()
    {
        for (int round = 0; round < 10; round++)
        {
            string keyFile = Path.Combine(_fixture.Root, $"shared{round}", "one.key");
            EmbeddedStoreOptions[] options = [.. Enumerable.Range(0, 4).Select(i => _fixture.Options with
            {
                Path = Path.Combine(_fixture.Root, $"store{round}-{i}"),
                KeySource = StoreKeySource.KeyFile(keyFile),
            })];
            using Barrier start = new(options.Length);

            await Task.WhenAll(options.Select(each => Task.Factory.StartNew(
                async () =>
                {
                    start.SignalAndWait(Cancel);
                    await (await EmbeddedStore.OpenAsync(each, Cancel)).DisposeAsync();
                },
                Cancel,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default).Unwrap()));

            foreach (EmbeddedStoreOptions each in options)
            {
                await (await EmbeddedStore.OpenAsync(each, Cancel)).DisposeAsync();
            }

            Assert.Equal([keyFile], Directory.GetFiles(Path.GetDirectoryName(keyFile)!));
        }
    }

    [Fact]
    public void Publishing_never_replaces_a_file()
    {
        string path = Path.Combine(_fixture.Root, "one.key");
        DurableFiles files = new();

        files.Publish(path, "first"u8);
        files.Publish(path, "second"u8);

        Assert.Equal("first", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(_fixture.Root));
    }

    [Fact]
    public async Task No_planted_value_is_in_any_file()
    {
        const string Planted = "planted-9f8e7d6c5b4a";
        await using EmbeddedStore store = await _fixture.OpenAsync();
        await store.PutAsync(Write("a", Planted), Cancel);

        foreach (string file in Directory.EnumerateFiles(_fixture.Root, "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) != "lock"))
        {
            Assert.DoesNotContain(Planted, await File.ReadAllTextAsync(file, System.Text.Encoding.Latin1, Cancel), StringComparison.Ordinal);
        }

        using Secret? secret = await store.GetAsync(Id("a"), Cancel);
        Assert.DoesNotContain(Planted, secret!.ToString() + secret.GetData(), StringComparison.Ordinal);
    }

    private Task<EmbeddedStore> OpenAsync(StoreKeySource source) => _fixture.OpenAsync(options => options with { KeySource = source });
}
