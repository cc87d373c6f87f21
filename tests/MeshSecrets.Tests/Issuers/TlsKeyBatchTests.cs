using System.Collections.Immutable;
using MeshSecrets.Certificates.Keys;
using MeshSecrets.Certificates.Names;
using MeshSecrets.Certificates.Profiles;
using MeshSecrets.Issuers;
using MeshSecrets.Issuers.Embedded;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;
using MeshSecrets.Stores.Embedded;
using MeshSecrets.Tests.Stores;

namespace MeshSecrets.Tests.Issuers;

public sealed class TlsKeyBatchTests : IDisposable
{
    private readonly AuthorityFixture _authorities = new();
    private readonly StoreFixture _files = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _authorities.Dispose();
        _files.Dispose();
    }

    [Fact]
    public async Task Results_are_in_order_one_that_fails_stops_no_other_and_values_are_zeroed()
    {
        await using EmbeddedStore store = await _files.OpenAsync();
        await store.PutAsync(StoreFixture.Write("key-4"), Cancel);
        CertificateAuthority root = _authorities.Root(new IssuancePolicy { AllowedDnsNames = ["*.shop"] });
        int[] numbers = [.. Enumerable.Range(0, 30)];
        Secret?[] issued = new Secret?[numbers.Length];
        ReadOnlyMemory<byte>[] values = new ReadOnlyMemory<byte>[numbers.Length];
        IReadOnlyList<TlsKeyResult<int>> results = await TlsKeyBatch.RunAsync(
            store,
            numbers,
            async (i, token) =>
            {
                IssuedTlsKey key = await TlsKeyIssuance.IssueAsync(Order(i, i == 7 ? "evil" : "shop"), root, token);
                issued[i] = key.Secret;
                values[i] = key.Secret.GetData().GetValue(DataKey.PrivateKey);
                return key;
            },
            (_, secret) => new SecretWrite(secret, WriteMode.Create),
            4,
            Cancel);

        Assert.Equal(numbers, results.Select(result => result.Item));
        Assert.Equal([(4, "SecretExists"), (7, "PolicyName")], results.Where(result => result.Error is not null).Select(result => (result.Item, result.Error!.ErrorId)));
        Assert.All(results.Where(result => result.Error is null), result => Assert.Equal($"key-{result.Item}", result.Metadata!.Id.Name));
        Assert.All(issued.Where(secret => secret is not null), secret => Assert.Empty(secret!.GetData().Keys));
        Assert.All(values, value => Assert.False(value.Span.ContainsAnyExcept((byte)0)));
        Assert.Equal(29, (await StoreFixture.ListAsync(store)).Count);
    }

    [Fact]
    public async Task A_batch_that_is_stopped_stores_nothing_and_zeroes_what_it_had()
    {
        await using EmbeddedStore store = await _files.OpenAsync();
        CertificateAuthority root = _authorities.Root();
        using CancellationTokenSource stop = new();
        List<Secret> issued = [];
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => TlsKeyBatch.RunAsync(
            store,
            [0, 1, 2, 3],
            async (i, _) =>
            {
                IssuedTlsKey key = await TlsKeyIssuance.IssueAsync(Order(i, "shop"), root, CancellationToken.None);
                issued.Add(key.Secret);
                await (i == 2 ? stop.CancelAsync() : Task.CompletedTask);
                return key;
            },
            (_, secret) => new SecretWrite(secret, WriteMode.Create),
            1,
            stop.Token));
        Assert.Equal(3, issued.Count);
        Assert.All(issued, secret => Assert.Empty(secret.GetData().Keys));
        Assert.Empty(await StoreFixture.ListAsync(store));
    }

    [Fact]
    public async Task What_is_issued_says_how_it_came_to_be()
    {
        IssuedTlsKey issued = await TlsKeyIssuance.IssueAsync(Order(1, "shop") with { KeyAlgorithm = KeyAlgorithm.P384, ValidFor = TimeSpan.FromMinutes(90) }, _authorities.Root(), Cancel);
        using Secret secret = issued.Secret;
        Assert.Equal(
            new IssuanceRecord(new IssuerReference("embedded", "global/root"), "Server", TimeSpan.FromMinutes(90), KeyAlgorithm.P384),
            IssuanceRecord.TryRead(secret.Metadata.Annotations));
        Assert.Equal("CN=1.shop", secret.Metadata.Certificate!.Subject);
        Assert.Empty(IssuanceRecord.RemoveFrom(secret.Metadata.Annotations));
        Assert.Null(IssuanceRecord.TryRead(secret.Metadata.Annotations.Remove("meshsecrets.io/profile")));
        Assert.Null(IssuanceRecord.TryRead(secret.Metadata.Annotations.SetItem("meshsecrets.io/key-algorithm", "Ed25519")));
        Assert.Null(IssuanceRecord.TryRead(secret.Metadata.Annotations.SetItem("meshsecrets.io/issuer", "embedded:")));
        Fails.With("DurationInvalid", () => IssuanceRecord.TryRead(secret.Metadata.Annotations.SetItem("meshsecrets.io/valid-for", "long")));
    }

    [Fact]
    public async Task Authorities_are_found_in_the_scope_first_and_globally_then()
    {
        await using EmbeddedStore store = await _files.OpenAsync();
        foreach (SecretId id in (SecretId[])[new("mesh-ca"), new("mesh-ca", "prod")])
        {
            using CertificateAuthority authority = CertificateAuthority.CreateRoot(id.ToString(), new AuthorityOptions { Subject = DistinguishedName.Parse($"CN={id.Mesh ?? "global"}") }, PrivateKey.Generate(KeyAlgorithm.P256), _authorities.Clock);
            using Secret secret = AuthoritySecret.Create(id, authority, ImmutableSortedDictionary<string, string>.Empty, issuer: null);
            await store.PutAsync(new SecretWrite(secret, WriteMode.Create), Cancel);
        }

        await store.PutAsync(StoreFixture.Write("opaque", mesh: null), Cancel);
        using IssuerDirectory directory = new(store, _authorities.Clock);
        Assert.Equal("mesh/prod/mesh-ca", (await directory.FindAuthorityAsync("mesh-ca", "prod", null, Cancel)).Reference.Name);
        Assert.Equal("global/mesh-ca", (await directory.FindAuthorityAsync("mesh-ca", "dev", null, Cancel)).Reference.Name);
        Assert.Equal("global/mesh-ca", (await directory.FindAuthorityAsync("global/mesh-ca", "prod", null, Cancel)).Reference.Name);
        Assert.NotNull(directory.Opened("mesh-ca", "prod", null));
        Assert.Null(directory.Opened("mesh-ca", "test", null));
        await StoreFixture.FailsAsync("IssuerNotFound", () => directory.FindAuthorityAsync("none", "prod", null, Cancel));
        await StoreFixture.FailsAsync("IssuerNotFound", () => directory.FindAuthorityAsync("opaque", null, null, Cancel));
        await StoreFixture.FailsAsync("AuthorityInvalid", () => directory.FindAuthorityAsync("global/opaque", null, null, Cancel));
        await StoreFixture.FailsAsync("IssuerKindUnknown", () => directory.FindAsync(new IssuerReference("vault", "pki"), Cancel));
    }

    private static TlsKeyOrder Order(int i, string domain) => new()
    {
        Id = StoreFixture.Id($"key-{i}"),
        Names = SubjectAlternativeNames.Create([$"{i}.{domain}"]),
        Profile = CertificateProfile.Server,
    };
}
