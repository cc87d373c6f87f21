using System.Collections.Immutable;
using MeshSecrets.Certificates.Keys;
using MeshSecrets.Certificates.Names;
using MeshSecrets.Certificates.Profiles;
using MeshSecrets.Issuers;
using MeshSecrets.Issuers.Embedded;
using MeshSecrets.Rotation;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;
using MeshSecrets.Stores.Embedded;
using MeshSecrets.Tests.Issuers;
using MeshSecrets.Tests.Stores;

namespace MeshSecrets.Tests.Rotation;

/// <summary>A store with one authority, a clock that is moved by hand, and TLS keys of a day.</summary>
internal sealed class RotationFixture : IAsyncDisposable
{

    private RotationFixture(EmbeddedStore store)
    {
        Store = store;
        Issuers = new IssuerDirectory(store, Clock);
    }

    internal static CancellationToken Cancel => TestContext.Current.CancellationToken;

    internal static SecretId AuthorityId { get; } = new("mesh-ca");

    internal ManualClock Clock { get; } = new();

    internal EmbeddedStore Store { get; }

    internal IssuerDirectory Issuers { get; }

    internal LeafRotation Rotation => new(Store, Issuers, Clock);

    internal static async Task<RotationFixture> CreateAsync()
    {
        StoreFixture files = new();
        RotationFixture fixture = new(await EmbeddedStore.OpenAsync(files.Options, Cancel));
        fixture._owned.Add(files);
        using CertificateAuthority root = CertificateAuthority.CreateRoot(
            AuthorityId.ToString(), new AuthorityOptions { Subject = DistinguishedName.Parse("CN=Mesh") }, PrivateKey.Generate(KeyAlgorithm.P256), fixture.Clock);
        using Secret secret = AuthoritySecret.Create(AuthorityId, root, ImmutableSortedDictionary<string, string>.Empty, issuer: null);
        await fixture.Store.PutAsync(new SecretWrite(secret, WriteMode.Create), Cancel);
        return fixture;
    }

    private readonly List<IDisposable> _owned = [];

    internal async Task<SecretMetadata> IssueAsync(string name, Func<TlsKeyOrder, TlsKeyOrder>? change = null)
    {
        ICertificateIssuer issuer = await Issuers.FindAuthorityAsync("mesh-ca", "default", null, Cancel);
        TlsKeyOrder order = new()
        {
            Id = StoreFixture.Id(name),
            Names = SubjectAlternativeNames.Create([$"{name}.shop"], [$"spiffe://default/{name}"]),
            Profile = CertificateProfile.Workload,
        };
        IssuedTlsKey issued = await TlsKeyIssuance.IssueAsync(change?.Invoke(order) ?? order, issuer, Cancel);
        using Secret secret = issued.Secret;
        return await Store.PutAsync(new SecretWrite(secret, WriteMode.Create), Cancel);
    }

    internal async Task<List<RotationItem>> PlanAsync(RotationPolicy? policy = null)
    {
        List<RotationItem> due = [];
        await foreach (RotationItem item in Rotation.PlanAsync(SecretQuery.All, policy ?? new RotationPolicy(), Cancel))
        {
            due.Add(item);
        }

        return due;
    }

    internal async Task<List<RotationResult>> RunAsync(IEnumerable<RotationItem> items, RotationOptions? options = null, CancellationToken? cancel = null)
    {
        List<RotationResult> results = [];
        await foreach (RotationResult result in Rotation.RunAsync([.. items], options ?? new RotationOptions(), cancel ?? Cancel))
        {
            results.Add(result);
        }

        return results;
    }

    internal async Task<SecretMetadata> MetadataAsync(string name)
    {
        using Secret secret = await Store.GetRequiredAsync(StoreFixture.Id(name), Cancel);
        return secret.Metadata;
    }

    public async ValueTask DisposeAsync()
    {
        Issuers.Dispose();
        await Store.DisposeAsync();
        _owned.ForEach(owned => owned.Dispose());
    }
}
