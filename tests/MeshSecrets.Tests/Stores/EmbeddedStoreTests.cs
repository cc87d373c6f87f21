using System.Collections.Immutable;
using System.Runtime.Versioning;
using MeshSecrets.Certificates;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;
using MeshSecrets.Stores.Embedded;
using static MeshSecrets.Tests.Stores.StoreFixture;

namespace MeshSecrets.Tests.Stores;

public sealed class EmbeddedStoreTests : IDisposable
{
    private readonly StoreFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task A_batch_of_removals_is_one_commit_in_which_each_fails_alone()
    {
        await using EmbeddedStore store = await _fixture.OpenAsync();
        IReadOnlyList<WriteResult> written = await store.PutManyAsync([Write("a"), Write("b"), Write("c")], Cancel);

        IReadOnlyList<MeshException?> errors = await store.DeleteManyAsync(
            [
                new SecretRemoval(written[0].Metadata!.Id, null),
                new SecretRemoval(written[1].Metadata!.Id, "not the current one"),
                new SecretRemoval(new SecretId("nobody", "default"), null),
                new SecretRemoval(written[2].Metadata!.Id, written[2].Metadata!.ResourceVersion),
            ],
            Cancel);

        Assert.Equal([null, "SecretConflict", "SecretNotFound", null], errors.Select(error => error?.ErrorId));
        Assert.Null(await store.GetAsync(written[0].Metadata!.Id, Cancel));
        Assert.NotNull(await store.GetAsync(written[1].Metadata!.Id, Cancel));
        Assert.Null(await store.GetAsync(written[2].Metadata!.Id, Cancel));
    }

    [Fact]
    public async Task What_is_put_is_got_and_survives_reopening()
    {
        CertificateSummary certificate = new()
        {
            Thumbprint = new string('A', 64),
            Subject = "CN=x",
            Issuer = "CN=ca",
            SerialNumber = "01",
            NotBefore = DateTimeOffset.UnixEpoch,
            NotAfter = DateTimeOffset.UnixEpoch.AddDays(1),
            KeyAlgorithm = "P-256",
            DnsNames = ["x.example", "ü.example"],
            Uris = ["spiffe://default/x"],
        };
        SecretMetadata metadata = new()
        {
            Id = new SecretId("tls", "m", "ns"),
            Type = SecretType.Tls,
            Labels = ImmutableSortedDictionary<string, string>.Empty.Add("app", "web").Add("tier", ""),
            Annotations = ImmutableSortedDictionary<string, string>.Empty.Add("note", "größer"),
            Certificate = certificate,
        };
        SecretMetadata stored;
        await using (EmbeddedStore store = await _fixture.OpenAsync())
        {
            using Secret secret = new(metadata, new SecretData().Set("tls.crt", [1, 2, 3]).Set("empty", []));
            stored = await store.PutAsync(new SecretWrite(secret, WriteMode.Create), Cancel);
        }

        await using EmbeddedStore reopened = await _fixture.OpenAsync();
        using Secret? read = await reopened.GetAsync(metadata.Id, Cancel);

        Assert.NotNull(read);
        Assert.Equal(1, read.Metadata.Version);
        Assert.Equal(stored.ResourceVersion, read.Metadata.ResourceVersion);
        Assert.Equal(metadata.Labels, read.Metadata.Labels);
        Assert.Equal(metadata.Annotations, read.Metadata.Annotations);
        Assert.Equal(["empty", "tls.crt"], read.Metadata.DataKeys);
        Assert.Equal(certificate.DnsNames, read.Metadata.Certificate!.DnsNames);
        Assert.Equal(certificate.Uris, read.Metadata.Certificate.Uris);
        Assert.Equal(certificate.NotAfter, read.Metadata.Certificate.NotAfter);
        Assert.Equal([1, 2, 3], read.GetData().GetValue("tls.crt").ToArray());
        Assert.Equal(0, read.GetData().GetValue("empty").Length);
    }

    [Fact]
    public async Task A_store_that_is_not_there_is_not_created_unasked() =>
        await FailsAsync("StoreNotFound", () => _fixture.OpenAsync(options => options with { CreateIfMissing = false }));

    [Fact]
    public async Task A_folder_with_other_content_does_not_become_a_store()
    {
        Directory.CreateDirectory(_fixture.StorePath);
        File.WriteAllText(Path.Combine(_fixture.StorePath, "letter.txt"), "hello");

        await FailsAsync("StoreNotFound", _fixture.OpenAsync);
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task Nobody_else_can_read_the_files()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows inherits the profile's access list.");
        await using EmbeddedStore store = await _fixture.OpenAsync();
        await store.PutAsync(Write("a"), Cancel);

        foreach (string file in Directory.EnumerateFiles(_fixture.Root, "*", SearchOption.AllDirectories))
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }

        foreach (string folder in Directory.EnumerateDirectories(_fixture.Root, "*", SearchOption.AllDirectories))
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
        }
    }

    [Fact]
    public async Task Create_fails_if_there_is_one_and_update_if_there_is_none()
    {
        await using EmbeddedStore store = await _fixture.OpenAsync();
        await store.PutAsync(Write("a", mode: WriteMode.Create), Cancel);

        await FailsAsync("SecretExists", () => store.PutAsync(Write("a", mode: WriteMode.Create), Cancel));
        await FailsAsync("SecretNotFound", () => store.PutAsync(Write("b", mode: WriteMode.Update), Cancel));
        await FailsAsync("SecretTypeImmutable", () => store.PutAsync(Write("a", type: SecretType.Tls), Cancel));
        await FailsAsync("SecretTooLarge", () => store.PutAsync(Write("c", new string('x', SecretData.MaxSize + 1)), Cancel));
    }

    [Fact]
    public async Task A_stale_resource_version_is_a_conflict_that_says_who_was_faster()
    {
        await using EmbeddedStore store = await _fixture.OpenAsync();
        SecretMetadata first = await store.PutAsync(Write("a", "1"), Cancel);
        await store.PutAsync(Write("a", "2", WriteMode.Update, resourceVersion: first.ResourceVersion), Cancel);

        MeshException conflict = await FailsAsync(
            "SecretConflict", () => store.PutAsync(Write("a", "3", WriteMode.Update, resourceVersion: first.ResourceVersion), Cancel));
        await FailsAsync("SecretConflict", () => store.DeleteAsync(Id("a"), first.ResourceVersion, Cancel));

        Assert.Contains("tester@here", conflict.Message, StringComparison.Ordinal);
        Assert.Equal("2", await ValueAsync(store, "a"));
    }

    [Fact]
    public async Task A_batch_is_one_commit_in_which_a_failing_write_fails_alone()
    {
        await using EmbeddedStore store = await _fixture.OpenAsync();
        await store.PutAsync(Write("b"), Cancel);
        int before = Directory.GetFiles(_fixture.Segments).Length;

        IReadOnlyList<WriteResult> results = await store.PutManyAsync(
            [Write("a", "1", WriteMode.Create), Write("b", mode: WriteMode.Create), Write("a", "2", WriteMode.Update)], Cancel);

        Assert.Equal(before + 1, Directory.GetFiles(_fixture.Segments).Length);
        Assert.Equal(1, results[0].Metadata!.Version);
        Assert.Equal("SecretExists", results[1].Error!.ErrorId);
        Assert.Equal(2, results[2].Metadata!.Version);
        Assert.Equal("2", await ValueAsync(store, "a"));
    }

    [Fact]
    public async Task Listing_is_in_order_of_identity_and_filtered()
    {
        await using EmbeddedStore store = await _fixture.OpenAsync();
        ImmutableSortedDictionary<string, string> labels = ImmutableSortedDictionary<string, string>.Empty.Add("app", "web");
        await store.PutManyAsync([Write("c"), Write("a", labels: labels), Write("g", mesh: null), Write("b", mesh: "other")], Cancel);
        await store.PutAsync(Write("aa"), Cancel);

        Assert.Equal(
            ["global/g", "mesh/default/a", "mesh/default/aa", "mesh/default/c", "mesh/other/b"],
            (await ListAsync(store)).Select(metadata => metadata.Id.ToString()));
        Assert.Equal(2, (await ListAsync(store, new SecretQuery { Names = ["a*"] })).Count);
        Assert.Equal("a", Assert.Single(await ListAsync(store, new SecretQuery { Labels = labels.ToImmutableDictionary() })).Id.Name);
        Assert.Equal("g", Assert.Single(await ListAsync(store, new SecretQuery { GlobalOnly = true })).Id.Name);
        Assert.Empty(await ListAsync(store, new SecretQuery { ExpiresBefore = DateTimeOffset.MaxValue }));
    }

    [Fact]
    public async Task A_removed_secret_keeps_its_versions_and_goes_on_counting()
    {
        await using EmbeddedStore store = await _fixture.OpenAsync();
        await store.PutAsync(Write("a", "1"), Cancel);
        await store.PutAsync(Write("a", "2"), Cancel);
        await store.DeleteAsync(Id("a"), null, Cancel);

        Assert.Null(await ValueAsync(store, "a"));
        Assert.Empty(await ListAsync(store));
        await FailsAsync("SecretNotFound", () => store.DeleteAsync(Id("a"), null, Cancel));
        Assert.Equal([2, 1], (await store.ListVersionsAsync(Id("a"), Cancel)).Select(version => version.Version));
        using Secret? earlier = await store.GetVersionAsync(Id("a"), 1, Cancel);
        Assert.Equal("1", Value(earlier!));

        Assert.Equal(3, (await store.PutAsync(Write("a", "3", WriteMode.Create), Cancel)).Version);
    }

    [Fact]
    public async Task As_many_versions_are_kept_as_the_store_was_created_for()
    {
        await using EmbeddedStore store = await _fixture.OpenAsync(options => options with { VersionsKept = 3, MergeFanIn = 4 });
        for (int i = 1; i <= 20; i++)
        {
            await store.PutAsync(Write("a", $"{i}"), Cancel);
        }

        Assert.Equal([20, 19, 18], (await store.ListVersionsAsync(Id("a"), Cancel)).Select(version => version.Version));
        await using EmbeddedStore reopened = await _fixture.OpenAsync();
        Assert.Equal([20, 19, 18], (await reopened.ListVersionsAsync(Id("a"), Cancel)).Select(version => version.Version));
        Assert.Null(await reopened.GetVersionAsync(Id("a"), 17, Cancel));
    }

    [Fact]
    public async Task Another_opening_of_the_store_sees_each_write_at_once()
    {
        await using EmbeddedStore one = await _fixture.OpenAsync(options => options with { MergeFanIn = 3 });
        await using EmbeddedStore two = await _fixture.OpenAsync();
        for (int i = 0; i < 30; i++)
        {
            await one.PutAsync(Write($"s{i % 7}", $"{i}"), Cancel);
            Assert.Equal($"{i}", await ValueAsync(two, $"s{i % 7}"));
        }

        Assert.Equal(7, (await ListAsync(two)).Count);
    }

    [Fact]
    public async Task A_listing_goes_on_while_merges_remove_its_files()
    {
        await using EmbeddedStore store = await _fixture.OpenAsync(options => options with { MergeFanIn = 3 });
        for (int i = 0; i < 9; i++)
        {
            await store.PutAsync(Write($"s{i}", "before"), Cancel);
        }

        List<string> seen = [];
        await foreach (SecretMetadata metadata in store.ListAsync(SecretQuery.All, Cancel))
        {
            seen.Add(metadata.Id.Name);
            await store.PutAsync(Write(metadata.Id.Name, "after"), Cancel);
        }

        Assert.Equal(Enumerable.Range(0, 9).Select(i => $"s{i}"), seen);
    }

    [Fact]
    public async Task A_purged_secret_is_gone_with_every_byte()
    {
        await using EmbeddedStore store = await _fixture.OpenAsync();
        await store.PutAsync(Write("a", "1"), Cancel);
        await store.PutAsync(Write("b", "keep"), Cancel);
        byte[] before = File.ReadAllBytes(Directory.GetFiles(_fixture.Segments).Order().ElementAt(1));

        Assert.Empty(await store.PurgeAsync([Id("a")], Cancel));
        Assert.Equal("1", await ValueAsync(store, "a"));
        await store.DeleteAsync(Id("a"), null, Cancel);
        Assert.Equal([Id("a")], await store.PurgeAsync([Id("a"), Id("unknown"), Id("b")], Cancel));

        Assert.Empty(await store.ListVersionsAsync(Id("a"), Cancel));
        Assert.Equal("keep", await ValueAsync(store, "b"));
        byte[] payload = before[40..90];
        string left = Assert.Single(Directory.GetFiles(_fixture.Segments));
        Assert.Equal(-1, File.ReadAllBytes(left).AsSpan().IndexOf(payload));
        await using EmbeddedStore reopened = await _fixture.OpenAsync();
        Assert.Empty(await reopened.ListVersionsAsync(Id("a"), Cancel));
        Assert.Equal(1, (await reopened.PutAsync(Write("a", "new"), Cancel)).Version);
    }
}
