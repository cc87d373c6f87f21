using System.Collections.Immutable;
using System.Text;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;
using MeshSecrets.Stores.Embedded;

namespace MeshSecrets.Tests.Stores;

/// <summary>A store in a temporary folder, with its key file beside it.</summary>
internal sealed class StoreFixture : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    internal static CancellationToken Cancel => TestContext.Current.CancellationToken;

    internal string StorePath => _folder.Combine("store");

    internal string Segments => _folder.Combine("store", "segments");

    internal string Audit => _folder.Combine("store", "audit.jsonl");

    internal string Settings => _folder.Combine("store", "store.json");

    internal string Root => _folder.Path;

    internal EmbeddedStoreOptions Options => new()
    {
        Path = StorePath,
        KeyFolder = _folder.Combine("keys"),
        CreateIfMissing = true,
        Actor = "tester@here",
    };

    internal string KeyFile => Directory.GetFiles(_folder.Combine("keys")).Single();

    internal Task<EmbeddedStore> OpenAsync() => EmbeddedStore.OpenAsync(Options, Cancel);

    internal Task<EmbeddedStore> OpenAsync(Func<EmbeddedStoreOptions, EmbeddedStoreOptions> change) => EmbeddedStore.OpenAsync(change(Options), Cancel);

    internal static SecretWrite Write(
        string name, string value = "value", WriteMode mode = WriteMode.CreateOrUpdate, string? mesh = SecretId.DefaultMesh,
        string resourceVersion = "", string type = SecretType.Opaque, string? action = null, ImmutableSortedDictionary<string, string>? labels = null)
    {
        SecretMetadata metadata = new()
        {
            Id = new SecretId(name, mesh),
            Type = type,
            ResourceVersion = resourceVersion,
            Labels = labels ?? ImmutableSortedDictionary<string, string>.Empty,
        };
        return new SecretWrite(new Secret(metadata, new SecretData().Set("value", Encoding.UTF8.GetBytes(value))), mode, action);
    }

    internal static SecretId Id(string name) => new(name, SecretId.DefaultMesh);

    internal static async Task<string?> ValueAsync(ISecretStore store, string name)
    {
        using Secret? secret = await store.GetAsync(Id(name), Cancel);
        return secret is null ? null : Value(secret);
    }

    internal static string Value(Secret secret) => Encoding.UTF8.GetString(secret.GetData().GetValue("value").Span);

    internal static async Task<List<SecretMetadata>> ListAsync(ISecretStore store, SecretQuery? query = null)
    {
        List<SecretMetadata> all = [];
        await foreach (SecretMetadata metadata in store.ListAsync(query ?? SecretQuery.All, Cancel))
        {
            all.Add(metadata);
        }

        return all;
    }

    internal static async Task<MeshException> FailsAsync(string errorId, Func<Task> work)
    {
        MeshException exception = await Assert.ThrowsAsync<MeshException>(work);
        Assert.Equal(errorId, exception.ErrorId);
        return exception;
    }

    public void Dispose() => _folder.Dispose();
}
