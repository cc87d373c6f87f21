using MeshSecrets.Secrets;
using MeshSecrets.Stores;
using MeshSecrets.Stores.Embedded;
using static MeshSecrets.Tests.Stores.StoreFixture;

namespace MeshSecrets.Tests.Stores;

/// <summary>Random operations on a store and on the simplest thing that could be one give the same answers.</summary>
public sealed class StoreModelTests
{
    private const int Kept = 4;
    private const int Steps = 250;

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 3)]
    [InlineData(3, 4)]
    [InlineData(4, 10)]
    public async Task The_store_does_what_a_dictionary_would(int seed, int fanIn)
    {
        using StoreFixture fixture = new();
        Random random = new(seed);
        Dictionary<string, Model> model = [];
        EmbeddedStore store = await OpenAsync(fixture, fanIn);
        await using EmbeddedStore watcher = await OpenAsync(fixture, fanIn);
        for (int step = 0; step < Steps; step++)
        {
            string name = $"s{random.Next(6)}";
            Model now = model.TryGetValue(name, out Model? known) ? known : model[name] = new Model();
            switch (random.Next(10))
            {
                case < 5:
                    WriteMode mode = (WriteMode)random.Next(3);
                    bool allowed = mode == WriteMode.CreateOrUpdate || (mode == WriteMode.Update) == now.Present;
                    WriteResult result = (await store.PutManyAsync([Write(name, $"{step}", mode), Write("other", $"{step}")], Cancel))[0];
                    Assert.Equal(allowed, result.Error is null);
                    if (allowed)
                    {
                        now.Put($"{step}");
                        Assert.Equal(now.Last, result.Metadata!.Version);
                    }

                    break;
                case 5 when now.Present:
                    await store.DeleteAsync(Id(name), null, Cancel);
                    now.Present = false;
                    break;
                case 6 when random.Next(4) == 0:
                    bool erased = !now.Present && now.Versions.Count > 0;
                    Assert.Equal(erased ? [Id(name)] : [], await store.PurgeAsync([Id(name)], Cancel));
                    model[name] = now.Present ? now : new Model();
                    break;
                case 7 when now.Versions.Count > 0:
                    (long version, string value) = now.Versions[random.Next(now.Versions.Count)];
                    using (Secret? earlier = await store.GetVersionAsync(Id(name), version, Cancel))
                    {
                        Assert.Equal(value, Value(earlier!));
                        await store.PutAsync(new SecretWrite(earlier!, WriteMode.CreateOrUpdate, "restore"), Cancel);
                        now.Put(value);
                    }

                    break;
                case 8:
                    await store.DisposeAsync();
                    store = await OpenAsync(fixture, fanIn);
                    break;
                default:
                    break;
            }

            await CompareAsync(store, model);
            await CompareAsync(watcher, model);
        }

        Assert.Empty(await store.VerifyAsync(Cancel).ToListAsync(Cancel));
        await store.DisposeAsync();
    }

    private static Task<EmbeddedStore> OpenAsync(StoreFixture fixture, int fanIn) =>
        fixture.OpenAsync(options => options with { MergeFanIn = fanIn, VersionsKept = Kept });

    private static async Task CompareAsync(EmbeddedStore store, Dictionary<string, Model> model)
    {
        IEnumerable<string> present = model.Where(pair => pair.Value.Present).Select(pair => pair.Key).Order(StringComparer.Ordinal);
        List<SecretMetadata> listed = await ListAsync(store, new SecretQuery { Names = ["s*"] });
        Assert.Equal(present, listed.Select(metadata => metadata.Id.Name));
        foreach ((string name, Model expected) in model)
        {
            Assert.Equal(expected.Present ? expected.Versions[^1].Value : null, await ValueAsync(store, name));
            IReadOnlyList<SecretMetadata> versions = await store.ListVersionsAsync(Id(name), Cancel);
            Assert.Equal(expected.Versions.Select(version => version.Number).Reverse(), versions.Select(version => version.Version));
        }
    }

    private sealed class Model
    {
        internal List<(long Number, string Value)> Versions { get; } = [];

        internal bool Present { get; set; }

        internal long Last => Versions.Count == 0 ? 0 : Versions[^1].Number;

        internal void Put(string value)
        {
            Versions.Add((Last + 1, value));
            Present = true;
            if (Versions.Count > Kept)
            {
                Versions.RemoveAt(0);
            }
        }
    }
}
