using System.Text;
using MeshSecrets.Meshes.Transfer;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;
using MeshSecrets.Stores.Embedded;
using MeshSecrets.Tests.Stores;

namespace MeshSecrets.Tests.Meshes.Transfer;

public sealed class SecretImportTests : IDisposable
{
    private readonly StoreFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Each_of_a_batch_has_its_own_outcome_in_its_order()
    {
        await using EmbeddedStore store = await _fixture.OpenAsync();
        SecretImport first = new(store, overwrite: false);
        Assert.Equal([ImportStatus.Created, ImportStatus.Created], await StatusesAsync(first, Make("a", "1"), Make("b", "1")));

        IReadOnlyList<ImportResult> again = await first.StoreAsync([Make("b", "2"), Make("a", "1"), Make("c", "1")], StoreFixture.Cancel);
        Assert.Equal([ImportStatus.Refused, ImportStatus.Unchanged, ImportStatus.Created], again.Select(result => result.Status));
        Assert.Equal("SecretExists", again[0].Error?.ErrorId);
        Assert.Equal("c", again[2].Metadata?.Id.Name);

        SecretImport overwriting = new(store, overwrite: true);
        Assert.Equal([ImportStatus.Updated, ImportStatus.Unchanged], await StatusesAsync(overwriting, Make("b", "2"), Make("a", "1")));
        Assert.Equal([1L, 2, 1], (await StoreFixture.ListAsync(store)).Select(metadata => metadata.Version));
    }

    [Fact]
    public async Task A_type_is_never_changed_even_on_demand()
    {
        await using EmbeddedStore store = await _fixture.OpenAsync();
        SecretImport import = new(store, overwrite: true);
        await StatusesAsync(import, Make("a", "1"));
        ImportResult refused = Assert.Single(await import.StoreAsync([Make("a", "1", type: "other")], StoreFixture.Cancel));
        Assert.Equal("SecretTypeImmutable", refused.Error?.ErrorId);
    }

    [Theory]
    [InlineData("m1", "m2")]
    [InlineData("m1", null)]
    [InlineData(null, "m1")]
    public async Task No_name_is_of_two_meshes_in_a_namespace(string? mesh, string? other)
    {
        await using EmbeddedStore store = await _fixture.OpenAsync();
        await StatusesAsync(new SecretImport(store, overwrite: false), Make("a", "1", mesh, "kuma-system"));
        ImportResult refused = Assert.Single(await new SecretImport(store, overwrite: true).StoreAsync([Make("a", "1", other, "kuma-system")], StoreFixture.Cancel));
        Assert.Equal("SecretMeshConflict", refused.Error?.ErrorId);
        Assert.Contains(new SecretId("a", mesh, "kuma-system").ToString(), refused.Error!.Message, StringComparison.Ordinal);
        Assert.Equal([ImportStatus.Created], await StatusesAsync(new SecretImport(store, overwrite: false), Make("a", "1", other, "elsewhere")));
    }

    [Fact]
    public async Task Two_meshes_in_one_batch_are_noticed()
    {
        await using EmbeddedStore store = await _fixture.OpenAsync();
        SecretImport import = new(store, overwrite: false);
        Assert.Equal(
            [ImportStatus.Created, ImportStatus.Refused, ImportStatus.Created],
            await StatusesAsync(import, Make("a", "1", "m1", "kuma-system"), Make("a", "1", "m2", "kuma-system"), Make("a", "1", "m2")));
    }

    [Theory]
    [InlineData("m1", "m2")]
    [InlineData("m1", null)]
    [InlineData(null, "m1")]
    public async Task Whoever_writes_the_names_of_a_namespace_are_kept_apart(string? mesh, string? other)
    {
        await using EmbeddedStore store = await _fixture.OpenAsync();
        using Secret first = Make("a", "1", mesh, "kuma-system");
        using Secret second = Make("a", "1", other, "kuma-system");
        using Secret elsewhere = Make("a", "1", other, "elsewhere");
        Assert.Null(Assert.Single(await new KubernetesNames(store).PutAllAsync([new SecretWrite(first, WriteMode.Create)], StoreFixture.Cancel)).Error);

        SecretWrite[] writes = [new(second, WriteMode.CreateOrUpdate), new(elsewhere, WriteMode.Create), new(first, WriteMode.CreateOrUpdate)];
        IReadOnlyList<WriteResult> results = await new KubernetesNames(store).PutAllAsync(writes, StoreFixture.Cancel);
        Assert.Equal(["SecretMeshConflict", null, null], results.Select(result => result.Error?.ErrorId));
        Assert.Equal([null, elsewhere.Id, first.Id], results.Select(result => result.Metadata?.Id));
        Assert.Equal(2, (await StoreFixture.ListAsync(store)).Count());
    }

    private static async Task<IEnumerable<ImportStatus>> StatusesAsync(SecretImport import, params Secret[] secrets) =>
        (await import.StoreAsync(secrets, StoreFixture.Cancel)).Select(result => result.Status);

    private static Secret Make(string name, string value, string? mesh = null, string? @namespace = null, string type = SecretType.Opaque) => new(
        new SecretMetadata { Id = new SecretId(name, mesh, @namespace), Type = type },
        new SecretData().Set("value", Encoding.UTF8.GetBytes(value)));
}
