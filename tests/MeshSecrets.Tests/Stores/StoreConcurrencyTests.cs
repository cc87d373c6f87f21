using System.Globalization;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;
using MeshSecrets.Stores.Embedded;
using static MeshSecrets.Tests.Stores.StoreFixture;

namespace MeshSecrets.Tests.Stores;

public sealed class StoreConcurrencyTests : IDisposable
{
    private readonly StoreFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task No_increment_is_lost_between_tasks_openings_and_processes()
    {
        const int PerWorker = 25;
        await using EmbeddedStore one = await _fixture.OpenAsync(options => options with { MergeFanIn = 3 });
        await using EmbeddedStore two = await _fixture.OpenAsync();
        await one.PutAsync(Write("counter", "0", mesh: null), Cancel);
        CrashWriterProcess[] processes = [.. Enumerable.Range(0, 2).Select(_ => new CrashWriterProcess("increment", _fixture, PerWorker))];
        Task[] tasks = [.. new[] { one, one, one, two, two }.Select(store => Task.Run(() => IncrementAsync(store, PerWorker), Cancel))];

        await Task.WhenAll([.. tasks, .. processes.Select(process => process.EndAsync())]);

        Array.ForEach(processes, process => process.Dispose());
        using Secret? counter = await two.GetAsync(new SecretId("counter"), Cancel);
        Assert.Equal(PerWorker * 7, int.Parse(Value(counter!), CultureInfo.InvariantCulture));
        Assert.Equal((PerWorker * 7) + 1, counter!.Metadata.Version);
        Assert.Empty(await one.VerifyAsync(Cancel).ToListAsync(Cancel));
    }

    [Fact]
    public async Task Readers_never_see_half_a_batch_while_a_writer_merges()
    {
        await using EmbeddedStore writer = await _fixture.OpenAsync(options => options with { MergeFanIn = 2, VersionsKept = 1 });
        await using EmbeddedStore reader = await _fixture.OpenAsync();
        await WriteAllAsync(writer, "0");
        Task writing = Task.Run(
            async () =>
            {
                for (int i = 1; i <= 150; i++)
                {
                    await WriteAllAsync(writer, $"{i}");
                }
            },
            Cancel);
        int listings = 0;
        while (!writing.IsCompleted)
        {
            List<SecretMetadata> all = await ListAsync(reader);
            Assert.Equal(5, all.Count);
            Assert.Single(all.Select(metadata => metadata.Version).Distinct());
            listings++;
        }

        await writing;
        Assert.True(listings > 1);
        Assert.Equal("150", await ValueAsync(reader, "s0"));
    }

    [Fact]
    public async Task A_writer_does_not_wait_for_ever()
    {
        await using EmbeddedStore store = await _fixture.OpenAsync(options => options with { LockTimeout = TimeSpan.FromMilliseconds(50) });
        await store.PutAsync(Write("a", "1"), Cancel);
        using (FileStream other = new(Path.Combine(_fixture.StorePath, "lock"), FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            await FailsAsync("StoreLocked", () => store.PutAsync(Write("a", "2"), Cancel));
            Assert.Equal("1", await ValueAsync(store, "a"));
        }

        await store.PutAsync(Write("a", "3"), Cancel);
    }

    [Fact]
    public async Task Where_files_are_not_locked_nothing_is_written()
    {
        await (await _fixture.OpenAsync()).DisposeAsync();
        await using EmbeddedStore store = await _fixture.OpenAsync(options => options with { Files = new FilesWithoutLocks() });

        await FailsAsync("StoreLocksDisabled", () => store.PutAsync(Write("a"), Cancel));

        Assert.Null(await ValueAsync(store, "a"));
        using FileStream free = new(Path.Combine(_fixture.StorePath, "lock"), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
    }

    [Fact]
    public async Task A_process_that_is_told_to_lock_no_files_does_not_write()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows always locks.");
        await using EmbeddedStore store = await _fixture.OpenAsync();
        await store.PutAsync(Write("counter", "0", mesh: null), Cancel);
        int commits = Directory.GetFiles(_fixture.Segments).Length;

        using CrashWriterProcess process = new("increment", _fixture, 1, ("DOTNET_SYSTEM_IO_DISABLEFILELOCKING", "1"));

        Assert.Contains("keeps nobody out", await process.FailAsync(), StringComparison.Ordinal);
        Assert.Equal(commits, Directory.GetFiles(_fixture.Segments).Length);
    }

    [Fact]
    public async Task Waiting_for_the_lock_can_be_cancelled()
    {
        await using EmbeddedStore store = await _fixture.OpenAsync();
        using FileStream other = new(Path.Combine(_fixture.StorePath, "lock"), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        using CancellationTokenSource stop = new(TimeSpan.FromMilliseconds(30));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.PutAsync(Write("a"), stop.Token));
    }

    [Fact]
    public async Task Many_can_create_the_same_store_at_once()
    {
        EmbeddedStore[] stores = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(_fixture.OpenAsync)));

        Assert.Single(stores.Select(store => store.StoreId).Distinct());
        await stores[0].PutAsync(Write("a", "1"), Cancel);
        Assert.All(await Task.WhenAll(stores.Select(store => ValueAsync(store, "a"))), value => Assert.Equal("1", value));
        foreach (EmbeddedStore store in stores)
        {
            await store.DisposeAsync();
        }
    }

    private static Task WriteAllAsync(EmbeddedStore store, string value) =>
        store.PutManyAsync([.. Enumerable.Range(0, 5).Select(i => Write($"s{i}", value))], Cancel);

    private static async Task IncrementAsync(EmbeddedStore store, int times)
    {
        SecretId id = new("counter");
        for (int done = 0; done < times;)
        {
            using Secret? present = await store.GetAsync(id, Cancel);
            string next = (int.Parse(Value(present!), CultureInfo.InvariantCulture) + 1).ToString(CultureInfo.InvariantCulture);
            WriteResult result = (await store.PutManyAsync(
                [Write("counter", next, WriteMode.Update, null, present!.Metadata.ResourceVersion)], Cancel))[0];
            Assert.True(result.Error is null or { ErrorId: "SecretConflict" });
            done += result.Error is null ? 1 : 0;
        }
    }

    private sealed class FilesWithoutLocks : DurableFiles
    {
        internal override FileStream OpenOrCreate(string path, FileShare share) => base.OpenOrCreate(path, FileShare.ReadWrite);
    }
}
