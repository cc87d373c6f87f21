using System.Diagnostics;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;
using MeshSecrets.Stores.Embedded;
using static MeshSecrets.Tests.Stores.StoreFixture;

namespace MeshSecrets.Tests.Stores;

public sealed class StoreFaultTests : IDisposable
{
    private readonly StoreFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Whichever_file_operation_fails_the_store_stays_whole()
    {
        FailingFiles files = new();
        int failures = 0;
        await using (EmbeddedStore store = await _fixture.OpenAsync(options => options with { Files = files, MergeFanIn = 3 }))
        {
            for (int round = 0; round < 120; round++)
            {
                files.Left = -1;
                await store.PutAsync(Write("a", $"before {round}"), Cancel);
                files.Left = round % 12;
                string? error = await TryAsync(() => round % 4 == 3 ? PurgeAsync(store) : store.PutAsync(Write("a", $"after {round}"), Cancel));
                failures += error is null ? 0 : 1;
                Assert.True(error is null or "StoreDiskFull" or "PurgeNotErased", error);
                await CheckAsync(round);
            }
        }

        Assert.InRange(failures, 30, 119);
        await using EmbeddedStore last = await _fixture.OpenAsync();
        await last.PutAsync(Write("a", "end"), Cancel);
        Assert.Empty(await last.VerifyAsync(Cancel).ToListAsync(Cancel));
        Assert.Empty(Directory.GetFiles(_fixture.StorePath, "*.tmp", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_full_disk_is_an_error_and_no_damage()
    {
        using SmallDisk disk = new(_fixture.Root);
        await using EmbeddedStore store = await _fixture.OpenAsync(options => options with { Path = disk.Path + "/store" });
        int written = 0;
        MeshException full = await Assert.ThrowsAsync<MeshException>(async () =>
        {
            for (; written < 1000; written++)
            {
                await store.PutAsync(Write($"s{written}", new string('x', 20_000)), Cancel);
            }
        });

        Assert.Equal("StoreDiskFull", full.ErrorId);
        Assert.True(written > 3);
        Assert.Equal(written, (await ListAsync(store)).Count);
        Assert.All(await store.VerifyAsync(Cancel).ToListAsync(Cancel), finding => Assert.Equal("AuditIncomplete", finding.FindingId));
        disk.Remount("size=4m");
        await store.PutAsync(Write("more"), Cancel);
        Assert.Empty(await store.VerifyAsync(Cancel).ToListAsync(Cancel));
    }

    [Fact]
    public async Task A_purge_without_room_says_what_is_left_to_do_and_later_writes_go_on()
    {
        FailingFiles files = new();
        await using EmbeddedStore store = await _fixture.OpenAsync(options => options with { Files = files });
        await store.PutAsync(Write("keep"), Cancel);
        await store.PutAsync(Write("p"), Cancel);
        await store.DeleteAsync(Id("p"), null, Cancel);
        files.FailMerges = true;

        MeshException error = await FailsAsync("PurgeNotErased", () => store.PurgeAsync([Id("p")], Cancel));

        Assert.Contains("gone", error.Message, StringComparison.Ordinal);
        Assert.Empty(await store.ListVersionsAsync(Id("p"), Cancel));
        await store.PutAsync(Write("keep", "later"), Cancel);
        Assert.Equal("later", await ValueAsync(store, "keep"));
        Assert.True(Directory.GetFiles(_fixture.Segments).Length > 1);

        files.FailMerges = false;
        Assert.Empty(await store.PurgeAsync([Id("p")], Cancel));
        Assert.Single(Directory.GetFiles(_fixture.Segments));
        Assert.Empty(await store.VerifyAsync(Cancel).ToListAsync(Cancel));
    }

    [Fact]
    public async Task A_read_only_folder_is_read_and_refuses_writing()
    {
        using SmallDisk disk = new(_fixture.Root);
        EmbeddedStoreOptions options = _fixture.Options with { Path = disk.Path + "/store" };
        await using (EmbeddedStore store = await EmbeddedStore.OpenAsync(options, Cancel))
        {
            await store.PutAsync(Write("a", "1"), Cancel);
        }

        disk.Remount("ro");
        await using EmbeddedStore readOnly = await EmbeddedStore.OpenAsync(options, Cancel);
        Assert.Equal("1", await ValueAsync(readOnly, "a"));
        await FailsAsync("StoreReadOnly", () => readOnly.PutAsync(Write("a", "2"), Cancel));
        await FailsAsync("StoreReadOnly", () => EmbeddedStore.OpenAsync(options with { Path = disk.Path + "/other" }, Cancel));
        Assert.Empty(await readOnly.VerifyAsync(Cancel).ToListAsync(Cancel));
    }

    private static async Task PurgeAsync(EmbeddedStore store)
    {
        await store.PutAsync(Write("p"), Cancel);
        await store.DeleteAsync(Id("p"), null, Cancel);
        await store.PurgeAsync([Id("p")], Cancel);
    }

    private static async Task<string?> TryAsync(Func<Task> work)
    {
        try
        {
            await work();
            return null;
        }
        catch (MeshException exception)
        {
            return exception.ErrorId;
        }
    }

    private async Task CheckAsync(int round)
    {
        await using EmbeddedStore fresh = await _fixture.OpenAsync();
        Assert.Contains(await ValueAsync(fresh, "a"), new[] { $"before {round}", $"after {round}" });
        await foreach (StoreFinding finding in fresh.VerifyAsync(Cancel))
        {
            // A merge that failed at its last step leaves what it has merged.
            Assert.Contains(finding.FindingId, new[] { "AuditIncomplete", "FileUnknown" });
        }
    }

    /// <summary>A mounted memory disk of 512 KiB; for root on Linux.</summary>
    private sealed class SmallDisk : IDisposable
    {
        internal SmallDisk(string folder)
        {
            Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root", "Mounting a small disk takes root on Linux.");
            Path = Directory.CreateDirectory(folder + "/disk").FullName;
            Assert.SkipUnless(Run("mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", Path), "Mounting is not allowed here.");
        }

        internal string Path { get; }

        internal void Remount(string option) => Assert.True(Run("mount", "-o", $"remount,{option}", Path));

        public void Dispose() => Run("umount", Path);

        private static bool Run(string command, params string[] arguments)
        {
            using Process process = Process.Start(command, arguments);
            process.WaitForExit();
            return process.ExitCode == 0;
        }
    }
}
