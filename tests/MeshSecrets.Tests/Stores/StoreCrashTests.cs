using System.Globalization;
using MeshSecrets.CrashWriter;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;
using MeshSecrets.Stores.Embedded;
using static MeshSecrets.Tests.Stores.StoreFixture;

namespace MeshSecrets.Tests.Stores;

/// <summary>A writer is killed at random moments, in commits and in merges: no acknowledged write is lost, none is half there.</summary>
public sealed class StoreCrashTests : IDisposable
{
    private const int Kills = 200;

    private readonly StoreFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Nothing_acknowledged_is_lost_when_the_writer_is_killed()
    {
        Random random = new(20261120);
        SortedDictionary<string, int> expected = new(StringComparer.Ordinal);
        await (await _fixture.OpenAsync(options => options with { VersionsKept = 3 })).DisposeAsync();
        int next = 0;
        for (int kill = 0; kill < Kills; kill++)
        {
            using CrashWriterProcess writer = new("write", _fixture, next);
            int last = await writer.KillAfterAsync(random.Next(1, 12), random.Next(200_000));
            for (; next <= last; next++)
            {
                WriteSequence.Apply(next, expected);
            }

            SortedDictionary<string, int> found = await ReadAsync();
            if (!found.SequenceEqual(expected))
            {
                // The write under way may have happened, but then as a whole.
                WriteSequence.Apply(next++, expected);
                Assert.Equal(expected, found);
            }
        }

        await using EmbeddedStore store = await _fixture.OpenAsync();
        await store.PutAsync(Write("last"), Cancel);
        Assert.Empty(await store.VerifyAsync(Cancel).ToListAsync(Cancel));
        Assert.Empty(Directory.GetFiles(_fixture.StorePath, "*.tmp", SearchOption.AllDirectories));
        Assert.Equal(
            Enumerable.Range(0, next).Sum(number => WriteSequence.Puts(number).Count),
            await store.ReadAuditAsync(Cancel).CountAsync(entry => entry.Actor == "crash@writer" && entry.Action is "create" or "update", Cancel));
    }

    private async Task<SortedDictionary<string, int>> ReadAsync()
    {
        await using EmbeddedStore store = await _fixture.OpenAsync(options => options with { CreateIfMissing = false });
        SortedDictionary<string, int> found = new(StringComparer.Ordinal);
        foreach (SecretMetadata metadata in await ListAsync(store))
        {
            using Secret? secret = await store.GetAsync(metadata.Id, Cancel);
            found[metadata.Id.Name] = int.Parse(Value(secret!), CultureInfo.InvariantCulture);
        }

        await foreach (StoreFinding finding in store.VerifyAsync(Cancel))
        {
            // Lines that a killed writer could not append any more; the next one does.
            Assert.Contains(finding.FindingId, new[] { "AuditIncomplete", "FileUnknown" });
        }

        return found;
    }
}
