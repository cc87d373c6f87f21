using System.Text.Json.Nodes;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;
using MeshSecrets.Stores.Embedded;
using static MeshSecrets.Tests.Stores.StoreFixture;

namespace MeshSecrets.Tests.Stores;

/// <summary>Whatever is altered, missing or put back from an earlier copy is found, and never handed out.</summary>
public sealed class StoreIntegrityTests : IDisposable
{
    private readonly StoreFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task A_sound_store_has_no_findings()
    {
        await using EmbeddedStore store = await FilledAsync(20, fanIn: 3);
        await store.RecordAccessAsync([Id("s1")], "reveal", Cancel);
        await store.DeleteAsync(Id("s2"), null, Cancel);
        await store.DeleteAsync(Id("s3"), null, Cancel);
        await store.PurgeAsync([Id("s3")], Cancel);
        await store.PutAsync(Write("s4", "new"), Cancel);

        Assert.Empty(await FindingsAsync());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    public async Task Every_altered_byte_of_a_segment_is_found_and_refused(int fanIn)
    {
        Dictionary<string, string> written = [];
        await using (EmbeddedStore store = await FilledAsync(3, fanIn: Math.Max(fanIn, 2)))
        {
            for (int i = 0; i < 3; i++)
            {
                written[$"s{i}"] = (await ValueAsync(store, $"s{i}"))!;
            }
        }

        foreach (string file in Directory.GetFiles(_fixture.Segments))
        {
            byte[] sound = File.ReadAllBytes(file);
            for (int at = 0; at < sound.Length; at += 7)
            {
                byte[] altered = [.. sound];
                altered[at] ^= 0x20;
                File.WriteAllBytes(file, altered);

                Assert.True((await FindingsAsync()).Count > 0, $"byte {at} of {sound.Length} in {file}");
                await NothingWrongIsHandedOutAsync(written);
            }

            File.WriteAllBytes(file, sound);
        }

        Assert.Empty(await FindingsAsync());
    }

    [Fact]
    public async Task Every_altered_byte_of_the_trail_is_found()
    {
        await (await FilledAsync(4)).DisposeAsync();
        byte[] sound = File.ReadAllBytes(_fixture.Audit);
        for (int at = 0; at < sound.Length; at += 3)
        {
            byte[] altered = [.. sound];
            altered[at] ^= 0x01;
            File.WriteAllBytes(_fixture.Audit, altered);

            Assert.True((await FindingsAsync()).Count > 0, $"byte {at}");
        }
    }

    [Fact]
    public async Task Every_altered_character_of_the_settings_is_refused()
    {
        await (await FilledAsync(1)).DisposeAsync();
        byte[] sound = File.ReadAllBytes(_fixture.Settings);
        for (int at = 0; at < sound.Length; at++)
        {
            // White space between the members says nothing, in any number.
            if (!char.IsAsciiLetterOrDigit((char)sound[at]))
            {
                continue;
            }

            byte[] altered = [.. sound];
            altered[at] ^= 0x01;
            File.WriteAllBytes(_fixture.Settings, altered);

            MeshException error = await Assert.ThrowsAsync<MeshException>(_fixture.OpenAsync);
            Assert.Contains(error.ErrorId, new[] { "StoreSettingsAltered", "StoreFormatUnknown" });
        }
    }

    [Theory]
    [InlineData("id")]
    [InlineData("salt")]
    [InlineData("wrappedKey")]
    [InlineData("protector")]
    [InlineData("checksum")]
    [InlineData("mac")]
    public async Task A_setting_that_is_null_is_an_alteration(string member)
    {
        await (await FilledAsync(1)).DisposeAsync();
        JsonNode settings = JsonNode.Parse(File.ReadAllText(_fixture.Settings))!;
        JsonNode owner = member is "salt" or "wrappedKey" ? settings["protector"]! : settings;
        Assert.NotNull(owner[member]);
        owner[member] = null;
        File.WriteAllText(_fixture.Settings, settings.ToJsonString());

        await FailsAsync("StoreSettingsAltered", _fixture.OpenAsync);
    }

    [Fact]
    public async Task A_missing_segment_is_found_wherever_it_was()
    {
        await (await FilledAsync(4)).DisposeAsync();
        string[] files = [.. Directory.GetFiles(_fixture.Segments).Order()];
        foreach (string file in files)
        {
            File.Move(file, file + ".away");

            string expected = file == files[^1] ? "StoreRolledBack" : "StoreRecordMissing";
            await FailsAsync(expected, _fixture.OpenAsync);
            Assert.Contains(await FindingsAsync(), finding => finding.FindingId is "RecordMissing" or "RecordRolledBack");

            File.Move(file + ".away", file);
        }
    }

    [Fact]
    public async Task Missing_segments_are_missed_even_if_none_is_left()
    {
        await using EmbeddedStore store = await FilledAsync(2);
        Array.ForEach(Directory.GetFiles(_fixture.Segments), File.Delete);

        await FailsAsync("StoreRolledBack", () => store.GetAsync(Id("s0"), Cancel));
        await FailsAsync("StoreRecordMissing", _fixture.OpenAsync);
        Assert.Contains(await FindingsAsync(), finding => finding.FindingId == "RecordMissing");
    }

    [Fact]
    public async Task A_segment_of_another_history_of_the_same_store_is_refused()
    {
        await (await FilledAsync(2)).DisposeAsync();
        string copy = Path.Combine(_fixture.Root, "copy");
        Copy(_fixture.StorePath, copy);
        await using (EmbeddedStore store = await _fixture.OpenAsync())
        {
            await store.PutAsync(Write("s0", "ours"), Cancel);
            await store.PutAsync(Write("s0", "ours again"), Cancel);
        }

        await using (EmbeddedStore other = await _fixture.OpenAsync(options => options with { Path = copy }))
        {
            await other.PutAsync(Write("s0", "theirs"), Cancel);
        }

        string foreign = Directory.GetFiles(Path.Combine(copy, "segments")).Order().Last();
        File.Copy(foreign, Path.Combine(_fixture.Segments, Path.GetFileName(foreign)), overwrite: true);

        await FailsAsync("StoreRolledBack", _fixture.OpenAsync);
        Assert.Contains(await FindingsAsync(), finding => finding.FindingId == "RecordRolledBack");
    }

    [Fact]
    public async Task Segments_put_back_from_an_earlier_copy_are_noticed_by_the_trail_and_by_who_has_the_store_open()
    {
        await using EmbeddedStore open = await FilledAsync(2);
        string copy = Path.Combine(_fixture.Root, "copy");
        Copy(_fixture.Segments, copy);
        await open.PutAsync(Write("s0", "newer"), Cancel);

        Array.ForEach(Directory.GetFiles(_fixture.Segments), File.Delete);
        Copy(copy, _fixture.Segments);

        await FailsAsync("StoreRolledBack", () => open.GetAsync(Id("s0"), Cancel));
        await FailsAsync("StoreRolledBack", _fixture.OpenAsync);
        Assert.Contains(await FindingsAsync(), finding => finding.FindingId == "RecordRolledBack");
    }

    [Fact]
    public async Task A_segment_of_another_store_is_refused()
    {
        await (await FilledAsync(1)).DisposeAsync();
        using StoreFixture other = new();
        await using (EmbeddedStore store = await other.OpenAsync())
        {
            await store.PutAsync(Write("s0", "theirs"), Cancel);
        }

        foreach (string file in Directory.GetFiles(other.Segments))
        {
            File.Copy(file, Path.Combine(_fixture.Segments, Path.GetFileName(file)), overwrite: true);
        }

        await FailsAsync("StoreRecordAltered", _fixture.OpenAsync);
    }

    [Fact]
    public async Task A_trail_that_was_cut_reordered_or_added_to_is_found()
    {
        await (await FilledAsync(12, fanIn: 4)).DisposeAsync();
        string[] lines = File.ReadAllLines(_fixture.Audit);

        await ExpectAsync("AuditTruncated", [.. lines[..3]]);
        await ExpectAsync("AuditIncomplete", [.. lines[..^1]]);
        await ExpectAsync("AuditAltered", [lines[1], lines[0], .. lines[2..]]);
        await ExpectAsync("AuditAltered", [.. lines[..2], .. lines[3..]]);
        await ExpectAsync("RecordRolledBack", [.. lines, lines[^1]]);
        File.Delete(_fixture.Audit);
        Assert.Contains(await FindingsAsync(), finding => finding.FindingId == "AuditTruncated");
    }

    [Fact]
    public async Task A_cut_trail_stops_writing_unless_it_can_be_written_again()
    {
        await using EmbeddedStore store = await FilledAsync(12, fanIn: 4);
        byte[] whole = File.ReadAllBytes(_fixture.Audit);
        using (FileStream stream = File.OpenWrite(_fixture.Audit))
        {
            stream.SetLength(whole.Length - 10);
        }

        await store.PutAsync(Write("more"), Cancel);
        Assert.Equal(whole, File.ReadAllBytes(_fixture.Audit)[..whole.Length]);
        Assert.Empty(await FindingsAsync());

        using (FileStream stream = File.OpenWrite(_fixture.Audit))
        {
            stream.SetLength(10);
        }

        await FailsAsync("StoreAuditAltered", () => store.PutAsync(Write("more"), Cancel));
        Assert.NotNull(await ValueAsync(store, "more"));
    }

    [Theory]
    [InlineData(20 * 1024, false)]
    [InlineData(20 * 1024, true)]
    [InlineData(70 * 1024, false)]
    [InlineData(70 * 1024, true)]
    [InlineData(200 * 1024, true)]
    public async Task A_line_that_is_too_long_is_an_altered_one(int length, bool inTheMiddle)
    {
        await using EmbeddedStore store = await FilledAsync(2);
        await store.RecordAccessAsync([.. Enumerable.Repeat(Id("s0"), 500)], "reveal", Cancel);
        string[] lines = File.ReadAllLines(_fixture.Audit);
        int at = inTheMiddle ? 1 : lines.Length - 1;
        lines[at] = lines[at].Replace("\"actor\":\"", "\"actor\":\"" + new string('x', length), StringComparison.Ordinal);
        File.WriteAllText(_fixture.Audit, string.Concat(lines.Select(line => line + "\n")));

        Assert.Contains(await FindingsAsync(), finding => finding.FindingId == "AuditAltered");
        await FailsAsync("StoreAuditAltered", async () => await store.ReadAuditAsync(Cancel).CountAsync(Cancel));
    }

    [Fact]
    public async Task A_trail_that_was_cut_is_not_read_as_a_shorter_one()
    {
        await using EmbeddedStore store = await FilledAsync(12, fanIn: 4);
        string[] lines = File.ReadAllLines(_fixture.Audit);

        File.WriteAllText(_fixture.Audit, string.Concat(lines.Take(3).Select(line => line + "\n")));
        await FailsAsync("StoreAuditAltered", async () => await store.ReadAuditAsync(Cancel).CountAsync(Cancel));
        File.Delete(_fixture.Audit);
        await FailsAsync("StoreAuditAltered", async () => await store.ReadAuditAsync(Cancel).CountAsync(Cancel));
    }

    [Fact]
    public async Task Lines_that_a_writer_has_yet_to_write_are_read_from_the_commits()
    {
        await using EmbeddedStore store = await FilledAsync(4);
        List<AuditEntry> whole = await store.ReadAuditAsync(Cancel).ToListAsync(Cancel);
        string[] lines = File.ReadAllLines(_fixture.Audit);
        for (int kept = lines.Length; kept >= 0; kept--)
        {
            File.WriteAllText(_fixture.Audit, string.Concat(lines.Take(kept).Select(line => line + "\n")));

            Assert.Equal(whole, await store.ReadAuditAsync(Cancel).ToListAsync(Cancel));
        }
    }

    [Fact]
    public async Task A_file_that_belongs_to_no_segment_is_found()
    {
        await using (EmbeddedStore store = await FilledAsync(2))
        {
            string copied = Directory.GetFiles(_fixture.Segments).Order().Last();
            byte[] copy = File.ReadAllBytes(copied);
            await store.DeleteAsync(Id("s0"), null, Cancel);
            await store.PurgeAsync([Id("s0")], Cancel);
            Assert.Empty(await FindingsAsync());
            File.WriteAllBytes(copied, copy);
        }

        File.WriteAllText(Path.Combine(_fixture.Segments, "notes.txt"), "hidden");

        List<StoreFinding> findings = await FindingsAsync();
        Assert.Equal(["FileUnknown", "FileUnknown"], findings.Select(finding => finding.FindingId));
        Assert.Contains(findings, finding => finding.Item.EndsWith("notes.txt", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_trail_says_who_did_what_and_no_value()
    {
        await using EmbeddedStore store = await _fixture.OpenAsync(options => options with { Actor = "o\"neil@höst" });
        await store.PutAsync(Write("a", "planted-value"), Cancel);
        await store.PutAsync(Write("a", "planted-value", action: "rotate"), Cancel);
        await store.RecordAccessAsync([Id("a")], "reveal", Cancel);
        await store.DeleteAsync(Id("a"), null, Cancel);
        await store.PurgeAsync([Id("a")], Cancel);

        List<AuditEntry> entries = await store.ReadAuditAsync(Cancel).ToListAsync(Cancel);

        Assert.Equal(["initialize", "create", "rotate", "reveal", "remove", "purge"], entries.Select(entry => entry.Action));
        Assert.Equal([1, 2, 3, 4, 5, 6], entries.Select(entry => entry.Sequence));
        Assert.Equal([0, 1, 2, 2, 2, 2], entries.Select(entry => entry.Version));
        Assert.All(entries, entry => Assert.Equal("o\"neil@höst", entry.Actor));
        Assert.All(entries.Skip(1), entry => Assert.Equal(Id("a"), entry.Id));
        Assert.DoesNotContain("planted", File.ReadAllText(_fixture.Audit), StringComparison.Ordinal);
        Assert.Empty(await FindingsAsync());
    }

    private async Task<EmbeddedStore> FilledAsync(int count, int fanIn = 1000)
    {
        EmbeddedStore store = await _fixture.OpenAsync(options => options with { MergeFanIn = fanIn });
        for (int i = 0; i < count; i++)
        {
            await store.PutAsync(Write($"s{i}", $"value {i}"), Cancel);
        }

        return store;
    }

    private async Task<List<StoreFinding>> FindingsAsync()
    {
        await using EmbeddedStore store = await _fixture.OpenAsync(options => options with { DeferLoading = true, CreateIfMissing = false });
        return await store.VerifyAsync(Cancel).ToListAsync(Cancel);
    }

    private async Task ExpectAsync(string findingId, string[] trail)
    {
        string sound = File.ReadAllText(_fixture.Audit);
        File.WriteAllText(_fixture.Audit, string.Concat(trail.Select(line => line + "\n")));
        Assert.Contains(await FindingsAsync(), finding => finding.FindingId == findingId);
        File.WriteAllText(_fixture.Audit, sound);
    }

    private async Task NothingWrongIsHandedOutAsync(Dictionary<string, string> written)
    {
        try
        {
            await using EmbeddedStore store = await _fixture.OpenAsync();
            foreach ((string name, string value) in written)
            {
                Assert.Equal(value, await ValueAsync(store, name));
            }

            Assert.Equal(written.Count, (await ListAsync(store)).Count);
        }
        catch (MeshException exception)
        {
            Assert.Contains(exception.ErrorId, new[] { "StoreRecordAltered", "StoreRolledBack" });
        }
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (string file in Directory.GetFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)), overwrite: true);
        }

        foreach (string folder in Directory.GetDirectories(from))
        {
            Copy(folder, Path.Combine(to, Path.GetFileName(folder)));
        }
    }
}
