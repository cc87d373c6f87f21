using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Keys;
using MeshSecrets.Certificates.Names;
using MeshSecrets.Certificates.Profiles;
using MeshSecrets.Certificates.Verification;
using MeshSecrets.Issuers;
using MeshSecrets.Rotation;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;
using MeshSecrets.Tests.Stores;

namespace MeshSecrets.Tests.Rotation;

public sealed class LeafRotationTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Only_what_is_due_is_planned()
    {
        await using RotationFixture fixture = await RotationFixture.CreateAsync();
        await fixture.IssueAsync("old");
        fixture.Clock.Advance(TimeSpan.FromHours(10));
        await fixture.IssueAsync("young");
        await fixture.Store.PutAsync(StoreFixture.Write("no-certificate"), Cancel);
        Assert.Empty(await fixture.PlanAsync());
        fixture.Clock.Advance(TimeSpan.FromHours(6));
        Assert.Equal(["old"], (await fixture.PlanAsync()).Select(item => item.Secret.Id.Name));
        Assert.Equal(["old", "young"], (await fixture.PlanAsync(new RotationPolicy { All = true })).Select(item => item.Secret.Id.Name));
        fixture.Clock.Advance(TimeSpan.FromHours(9));
        Assert.Equal(["Expired", "EndIsNear"], (await fixture.PlanAsync(new RotationPolicy { Before = TimeSpan.FromHours(12) })).Select(item => item.Reason.ReasonId));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task All_is_kept_but_the_certificate_and_the_key(bool reuseKey)
    {
        await using RotationFixture fixture = await RotationFixture.CreateAsync();
        SecretMetadata before = await fixture.IssueAsync("web", order => order with
        {
            Subject = DistinguishedName.Parse("CN=web,OU=Shop"),
            Names = SubjectAlternativeNames.Create(["web.shop", "*.web.shop"], ["spiffe://default/web", "kuma://a/b"], ["10.0.0.1", "::1"], ["ops@example.com"]),
            Profile = CertificateProfile.Custom(KeyUsages.DigitalSignature | KeyUsages.KeyAgreement, ["clientAuth", "1.2.3.4"]),
            ValidFor = TimeSpan.FromHours(36),
            KeyAlgorithm = KeyAlgorithm.P384,
            Labels = ImmutableSortedDictionary<string, string>.Empty.Add("app", "web"),
            Annotations = ImmutableSortedDictionary<string, string>.Empty.Add("team", "shop"),
        });
        (CertificateInfo oldLeaf, byte[] oldKey) = await ReadAsync(fixture.Store, "web");
        fixture.Clock.Advance(TimeSpan.FromHours(25));

        RotationResult result = Assert.Single(await fixture.RunAsync(await fixture.PlanAsync(), new RotationOptions { ReuseKey = reuseKey }));

        Assert.Equal((RotationStatus.Renewed, null), (result.Status, result.Error));
        SecretMetadata after = await fixture.MetadataAsync("web");
        Assert.Equal(before.Version + 1, after.Version);
        Assert.Equal(after.Certificate!.Thumbprint, result.Metadata!.Certificate!.Thumbprint);
        Assert.Equal(before.Labels, after.Labels);
        Assert.Equal(before.Annotations, after.Annotations);
        (CertificateInfo leaf, byte[] key) = await ReadAsync(fixture.Store, "web");
        Assert.NotEqual(oldLeaf.Thumbprint, leaf.Thumbprint);
        Assert.Equal(fixture.Clock.GetUtcNow() + TimeSpan.FromHours(36), leaf.NotAfter);
        Assert.Equal((oldLeaf.Subject, oldLeaf.Names.ToString(), oldLeaf.KeyUsages, "P384"), (leaf.Subject, leaf.Names.ToString(), leaf.KeyUsages, leaf.KeyAlgorithm));
        Assert.Equal(oldLeaf.ExtendedKeyUsages, leaf.ExtendedKeyUsages);
        Assert.Equal(reuseKey, oldKey.AsSpan().SequenceEqual(key));
        Assert.Equal(reuseKey, oldLeaf.SubjectPublicKeyInfo.Span.SequenceEqual(leaf.SubjectPublicKeyInfo.Span));
        Assert.Empty(await fixture.PlanAsync());
    }

    [Fact]
    public async Task One_that_fails_stops_no_other()
    {
        await using RotationFixture fixture = await RotationFixture.CreateAsync();
        await fixture.IssueAsync("a");
        await fixture.IssueAsync("c");
        await fixture.IssueAsync("d");
        await AnnotateAsync(fixture, "c", annotations => IssuanceRecord.RemoveFrom(annotations));
        await AnnotateAsync(fixture, "d", annotations => annotations.SetItem(IssuanceRecord.IssuerAnnotation, "embedded:global/gone"));
        await fixture.IssueAsync("e");
        fixture.Clock.Advance(TimeSpan.FromHours(20));

        List<RotationResult> results = await fixture.RunAsync(await fixture.PlanAsync());

        Assert.Equal(
            [("a", RotationStatus.Renewed, null), ("c", RotationStatus.Failed, "IssuerNotRecorded"), ("d", RotationStatus.Failed, "IssuerNotFound"), ("e", RotationStatus.Renewed, null)],
            results.Select(result => (result.Item.Secret.Id.Name, result.Status, result.Error?.ErrorId)));
        Assert.Equal(2, (await fixture.MetadataAsync("c")).Version);
    }

    [Fact]
    public async Task Another_issuer_takes_over_what_has_none_recorded()
    {
        await using RotationFixture fixture = await RotationFixture.CreateAsync();
        await fixture.IssueAsync("web");
        await AnnotateAsync(fixture, "web", annotations => IssuanceRecord.RemoveFrom(annotations));
        ICertificateIssuer issuer = await fixture.Issuers.FindAuthorityAsync("mesh-ca", "default", null, Cancel);
        RotationPolicy all = new() { All = true };
        Assert.Equal(RotationStatus.Renewed, Assert.Single(await fixture.RunAsync(await fixture.PlanAsync(all), new RotationOptions { Issuer = issuer })).Status);
        Assert.Equal(issuer.Reference, IssuanceRecord.TryRead((await fixture.MetadataAsync("web")).Annotations)!.Issuer);
        Assert.Equal(RotationStatus.Renewed, Assert.Single(await fixture.RunAsync(await fixture.PlanAsync(all))).Status);
    }

    [Fact]
    public async Task Names_that_would_be_lost_stop_a_renewal()
    {
        await using RotationFixture fixture = await RotationFixture.CreateAsync();
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=foreign", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddUserPrincipalName("ops@example.com");
        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 certificate = request.CreateSelfSigned(fixture.Clock.GetUtcNow(), fixture.Clock.GetUtcNow().AddDays(1));
        using PrivateKey own = PrivateKeyImport.FromPkcs8(key.ExportPkcs8PrivateKey(), "key");
        using Secret secret = TlsKeySecret.Create(
            StoreFixture.Id("foreign"), [CertificateInfo.Parse(certificate.RawData, "foreign")], own, [],
            ImmutableSortedDictionary<string, string>.Empty, ImmutableSortedDictionary<string, string>.Empty);
        await fixture.Store.PutAsync(new SecretWrite(secret, WriteMode.Create), Cancel);
        ICertificateIssuer issuer = await fixture.Issuers.FindAuthorityAsync("mesh-ca", "default", null, Cancel);
        RotationResult result = Assert.Single(await fixture.RunAsync(await fixture.PlanAsync(new RotationPolicy { All = true }), new RotationOptions { Issuer = issuer }));
        Assert.Equal((RotationStatus.Failed, "NamesNotMade"), (result.Status, result.Error!.ErrorId));
    }

    [Fact]
    public async Task What_somebody_renewed_or_removed_meanwhile_is_left_alone_and_notes_are_kept()
    {
        await using RotationFixture fixture = await RotationFixture.CreateAsync();
        await fixture.IssueAsync("noted");
        await fixture.IssueAsync("renewed");
        await fixture.IssueAsync("removed");
        await fixture.IssueAsync("still");
        fixture.Clock.Advance(TimeSpan.FromHours(20));
        List<RotationItem> due = await fixture.PlanAsync();
        await AnnotateAsync(fixture, "noted", annotations => annotations.Add("note", "by hand"));
        await fixture.RunAsync(due.Where(item => item.Secret.Id.Name == "renewed"));
        await fixture.Store.DeleteAsync(StoreFixture.Id("removed"), null, Cancel);

        List<RotationResult> results = await fixture.RunAsync(due);

        Assert.Equal(
            ["noted Renewed", "removed Superseded", "renewed Superseded", "still Renewed"],
            results.Select(result => $"{result.Item.Secret.Id.Name} {result.Status}").Order());
        SecretMetadata noted = await fixture.MetadataAsync("noted");
        Assert.Equal((3L, "by hand"), (noted.Version, noted.Annotations["note"]));
        Assert.Equal(2, (await fixture.MetadataAsync("renewed")).Version);
        Assert.Null(await fixture.Store.GetAsync(StoreFixture.Id("removed"), Cancel));
        Assert.Empty(await fixture.PlanAsync());
    }

    [Fact]
    public async Task Two_rotations_at_once_renew_each_key_once()
    {
        const int Count = 40;
        await using RotationFixture fixture = await RotationFixture.CreateAsync();
        await IssueManyAsync(fixture, Count);
        fixture.Clock.Advance(TimeSpan.FromHours(20));
        List<RotationItem> due = await fixture.PlanAsync();

        List<RotationResult>[] both = await Task.WhenAll(
            Task.Run(() => fixture.RunAsync(due), Cancel),
            Task.Run(() => fixture.RunAsync(Enumerable.Reverse(due)), Cancel));

        Assert.Equal(Count, both.Sum(results => results.Count(result => result.Status == RotationStatus.Renewed)));
        Assert.Equal(Count, both.Sum(results => results.Count(result => result.Status == RotationStatus.Superseded)));
        Assert.All(await StoreFixture.ListAsync(fixture.Store, new SecretQuery { Types = [SecretType.Tls] }), key => Assert.Equal(2, key.Version));
    }

    [Fact]
    public async Task A_run_that_is_abandoned_is_ended_by_the_next_one()
    {
        const int Count = TlsKeyBatch.Size + 20;
        await using RotationFixture fixture = await RotationFixture.CreateAsync();
        await IssueManyAsync(fixture, Count);
        fixture.Clock.Advance(TimeSpan.FromHours(20));
        List<RotationItem> due = await fixture.PlanAsync();
        Assert.Equal(Count, due.Count);
        await foreach (RotationResult first in fixture.Rotation.RunAsync(due, new RotationOptions(), Cancel))
        {
            Assert.Equal(RotationStatus.Renewed, first.Status);
            break; // As if killed: the first batch is stored, the second was never begun.
        }

        List<RotationItem> left = await fixture.PlanAsync();
        Assert.Equal(20, left.Count);
        Assert.All(await fixture.RunAsync(left), result => Assert.Equal(RotationStatus.Renewed, result.Status));
        Assert.Empty(await fixture.PlanAsync());
        Assert.All(await StoreFixture.ListAsync(fixture.Store, new SecretQuery { Types = [SecretType.Tls] }), key => Assert.Equal(2, key.Version));
    }

    [Fact]
    public async Task A_run_that_is_stopped_in_the_middle_writes_whole_batches_or_nothing()
    {
        await using RotationFixture fixture = await RotationFixture.CreateAsync();
        await IssueManyAsync(fixture, 30);
        fixture.Clock.Advance(TimeSpan.FromHours(20));
        List<RotationItem> due = await fixture.PlanAsync();
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        ICertificateIssuer inner = await fixture.Issuers.FindAuthorityAsync("mesh-ca", "default", null, Cancel);
        using StoppingIssuer issuer = new(inner, after: 10, stop);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fixture.RunAsync(due, new RotationOptions { Issuer = issuer }, stop.Token));

        Assert.Equal(30, (await fixture.PlanAsync()).Count);
        Assert.All(await fixture.RunAsync(due), result => Assert.Equal(RotationStatus.Renewed, result.Status));
        Assert.All(await StoreFixture.ListAsync(fixture.Store, new SecretQuery { Types = [SecretType.Tls] }), key => Assert.Equal(2, key.Version));
    }

    [Fact]
    public async Task The_new_chain_is_verified_by_the_bundle_in_the_key()
    {
        await using RotationFixture fixture = await RotationFixture.CreateAsync();
        await fixture.IssueAsync("web");
        fixture.Clock.Advance(TimeSpan.FromDays(30));
        await fixture.RunAsync(await fixture.PlanAsync());
        using Secret secret = await fixture.Store.GetRequiredAsync(StoreFixture.Id("web"), Cancel);
        ImmutableArray<CertificateInfo> chain = TlsKeySecret.ReadChain(secret);
        Assert.True(ChainBuilder.Build(chain[0], chain[1..], TlsKeySecret.ReadRoots(secret), fixture.Clock.GetUtcNow()).IsValid);
    }

    private static async Task IssueManyAsync(RotationFixture fixture, int count)
    {
        ICertificateIssuer issuer = await fixture.Issuers.FindAuthorityAsync("mesh-ca", "default", null, Cancel);
        int[] numbers = [.. Enumerable.Range(0, count)];
        IReadOnlyList<TlsKeyResult<int>> results = await TlsKeyBatch.RunAsync(
            fixture.Store,
            numbers,
            (i, token) => TlsKeyIssuance.IssueAsync(
                new TlsKeyOrder { Id = StoreFixture.Id($"key-{i:000}"), Names = SubjectAlternativeNames.Create([$"key-{i}.shop"]), Profile = CertificateProfile.Server, ValidFor = TimeSpan.FromHours(24) },
                issuer,
                token),
            (_, secret) => new SecretWrite(secret, WriteMode.Create),
            2,
            Cancel);
        Assert.All(results, result => Assert.Null(result.Error));
    }

    private static async Task<(CertificateInfo Leaf, byte[] Key)> ReadAsync(ISecretStore store, string name)
    {
        using Secret secret = await store.GetRequiredAsync(StoreFixture.Id(name), Cancel);
        using PrivateKey key = TlsKeySecret.ReadKey(secret);
        return (CertificateInfo.Parse(TlsKeySecret.ReadChain(secret)[0].Encoded.ToArray(), name), key.ExportPkcs8());
    }

    private static async Task AnnotateAsync(RotationFixture fixture, string name, Func<ImmutableSortedDictionary<string, string>, ImmutableSortedDictionary<string, string>> change)
    {
        using Secret secret = await fixture.Store.GetRequiredAsync(StoreFixture.Id(name), Cancel);
        using Secret changed = new(secret.Metadata with { Annotations = change(secret.Metadata.Annotations) }, secret.GetData().Clone());
        await fixture.Store.PutAsync(new SecretWrite(changed, WriteMode.Update), Cancel);
    }

    /// <summary>Stops the run from within, after some certificates.</summary>
    private sealed class StoppingIssuer(ICertificateIssuer inner, int after, CancellationTokenSource stop) : ICertificateIssuer
    {
        private int _issued;

        public IssuerReference Reference => inner.Reference;

        public ValueTask<IssuedCertificate> IssueAsync(CertificateOrder order, CancellationToken cancellationToken)
        {
            if (Interlocked.Increment(ref _issued) == after)
            {
                stop.Cancel();
            }

            return inner.IssueAsync(order, cancellationToken);
        }

        public void Dispose()
        {
        }
    }
}
