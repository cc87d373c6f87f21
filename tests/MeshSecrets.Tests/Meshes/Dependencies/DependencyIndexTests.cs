using System.Collections.Immutable;
using System.Text;
using MeshSecrets.Certificates.Keys;
using MeshSecrets.Certificates.Names;
using MeshSecrets.Certificates.Profiles;
using MeshSecrets.Certificates.Writing;
using MeshSecrets.Issuers;
using MeshSecrets.Issuers.Embedded;
using MeshSecrets.Meshes.Dependencies;
using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;
using MeshSecrets.Stores.Embedded;
using MeshSecrets.Tests.Issuers;
using MeshSecrets.Tests.Stores;

namespace MeshSecrets.Tests.Meshes.Dependencies;

public sealed class DependencyIndexTests : IDisposable
{
    private const string Store = "test";

    private static readonly ImmutableSortedDictionary<string, string> s_none = ImmutableSortedDictionary<string, string>.Empty;

    private readonly AuthorityFixture _authorities = new();
    private readonly DependencyIndex _index = new();

    public void Dispose() => _authorities.Dispose();

    [Fact]
    public void From_a_root_to_the_gateway()
    {
        CertificateAuthority root = _authorities.Root();
        CertificateAuthority mesh = _authorities.Below(root);
        AddAuthority("root", root);
        AddAuthority("mesh", mesh);
        AddLeaf("web", mesh);
        _index.Add(Resource("web"));

        Assert.Equal(
            ["global/root IssuedBy global/mesh tls.crt", "global/root TrustedIn global/mesh ca.crt", "global/root TrustedIn namespace/shop/web ca.crt"],
            Find("root"));
        string[] all = Find("root", recurse: true);
        Assert.Contains("global/mesh IssuedBy namespace/shop/web tls.crt[0]", all);
        Assert.Contains("global/mesh ChainMember namespace/shop/web tls.crt[1]", all);
        Assert.Contains("namespace/shop/web Reference MeshRootCertificate shop/mrc spec.provider.tresor.ca.secretRef", all);
        Assert.Equal(all.Length, all.Distinct().Count());
    }

    [Fact]
    public void What_was_issued_elsewhere_is_found_by_its_signature_and_never_by_its_issuers_name_alone()
    {
        CertificateAuthority one = _authorities.Root(subject: "CN=Same");
        CertificateAuthority other = _authorities.Root(subject: "CN=Same");
        AddAuthority("one", one);
        AddAuthority("other", other);
        AddLeaf("of-one", one, withRoot: false);
        Assert.Equal(["global/one IssuedBy namespace/shop/of-one tls.crt"], Find("one"));
        Assert.Empty(Find("other"));
    }

    [Fact]
    public void Copies_and_shared_keys_are_told_apart()
    {
        CertificateAuthority root = _authorities.Root();
        PrivateKey key = _authorities.Key();
        CertificateOrder order = _authorities.Order(SubjectAlternativeNames.Create(["web.example"]), CertificateProfile.Server, key: key);
        IssuedCertificate first = root.Issue(order);
        IssuedCertificate second = root.Issue(order);
        Add(TlsKeySecret.Create(new SecretId("a"), [first.Certificate], key, [], s_none, s_none));
        Add(TlsKeySecret.Create(new SecretId("b"), [first.Certificate], key, [], s_none, s_none));
        Add(TlsKeySecret.Create(new SecretId("c"), [second.Certificate], key, [], s_none, s_none));
        Add(Opaque("bare", ("signing.key", PemWriter.EncodePrivateKey(key))));
        Assert.Equal(["global/a SameCertificate global/b tls.crt", "global/a SameKey global/c tls.crt", "global/a SameKey global/bare tls.key"], Find("a"));
    }

    [Fact]
    public void A_certificate_and_its_key_kept_apart_share_none()
    {
        PrivateKey key = _authorities.Key();
        IssuedCertificate issued = _authorities.Root().Issue(_authorities.Order(SubjectAlternativeNames.Create(["web.example"]), CertificateProfile.Server, key: key));
        Add(Opaque("web-cert", ("value", PemWriter.EncodeCertificates([issued.Certificate.Encoded]))));
        Add(Opaque("web-key", ("value", PemWriter.EncodePrivateKey(key))));
        Assert.Empty(Find("web-cert"));
        Assert.Empty(Find("web-key"));
    }

    [Fact]
    public void Circles_end()
    {
        CertificateAuthority root = _authorities.Root();
        AddAuthority("one", root);
        AddAuthority("two", root);
        AddAuthority("three", root);
        string[] found = Find("one", recurse: true);
        Assert.Equal(6, found.Length); // Each of three is a copy of both others, and each is asked once.
        Assert.All(found, use => Assert.Contains(" SameCertificate ", use, StringComparison.Ordinal));
    }

    [Fact]
    public void Config_maps_and_resources_with_certificates_trust_them()
    {
        CertificateAuthority root = _authorities.Root();
        AddAuthority("root", root);
        string pem = string.Join('\n', Encoding.ASCII.GetString(PemWriter.EncodeCertificates([root.Certificate.Encoded])).TrimEnd().Split('\n').Select(line => $"    {line}"));
        _index.Add(Assert.Single(ManifestReader.Read($"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: roots\n  namespace: shop\ndata:\n  root-cert.pem: |\n{pem}\n", "roots.yaml")));
        Assert.Equal(["global/root TrustedIn ConfigMap shop/roots data.root-cert.pem"], Find("root"));
    }

    [Fact]
    public void What_is_referred_to_and_missing_is_named()
    {
        _index.Add(Resource("gone"));
        (SecretId id, string source) = Assert.Single(_index.FindUsed(_ => true));
        Assert.Equal(("namespace/shop/gone", "mrc.yaml"), (id.ToString(), source));
        Assert.Single(_index.FindUsers(id, source, recurse: true));
    }

    [Fact]
    public void A_broken_value_is_noted_and_not_quoted()
    {
        Add(Opaque("broken", ("tls.crt", "-----BEGIN CERTIFICATE-----\nbm90IGEgY2VydGlmaWNhdGU=\n-----END CERTIFICATE-----\n"u8.ToArray())));
        string note = Assert.Single(_index.Unread);
        Assert.Contains("global/broken, tls.crt", note, StringComparison.Ordinal);
        Assert.DoesNotContain("bm90", note, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_is_listed_once_and_its_resources_count()
    {
        using StoreFixture fixture = new();
        await using EmbeddedStore store = await fixture.OpenAsync();
        using Secret used = Opaque("web", ("token", "x"u8.ToArray()), "shop");
        using Secret resource = StoredResource.Write(Resource("web"));
        await store.PutAllAsync([new SecretWrite(used, WriteMode.Create), new SecretWrite(resource, WriteMode.Create)], StoreFixture.Cancel);
        await _index.AddStoreAsync(store, Store, certificates: true, StoreFixture.Cancel);
        Dependency use = Assert.Single(_index.FindUsers(used.Id, Store, recurse: false));
        Assert.Equal((DependencyRelation.Reference, "MeshRootCertificate", Store), (use.Relation, use.UserKind, use.Source));

        CountingStore counted = new(store);
        StoreUses uses = new(counted);
        Assert.Null(uses.FindKnown(used.Metadata));
        Assert.Equal("namespace/shop/meshrootcertificate.mrc", Assert.Single(await uses.FindAsync(used.Metadata, StoreFixture.Cancel)).Id.ToString());
        for (int i = 0; i < 100; i++)
        {
            Assert.Single(uses.FindKnown(used.Metadata)!);
        }

        Assert.Equal(1, counted.Listings);
    }

    private string[] Find(string name, bool recurse = false) =>
        [.. _index.FindUsers(new SecretId(name), Store, recurse).Select(use => $"{use.Used} {use.Relation} {use.User} {use.Field}")];

    private void Add(Secret secret)
    {
        using (secret)
        {
            _index.Add(secret, Store);
        }
    }

    private void AddAuthority(string name, CertificateAuthority authority) =>
        Add(AuthoritySecret.Create(new SecretId(name), authority, s_none, authority.IsRoot ? null : new IssuerReference("embedded", "global/root")));

    private void AddLeaf(string name, CertificateAuthority issuer, bool withRoot = true)
    {
        PrivateKey key = _authorities.Key();
        IssuedCertificate leaf = issuer.Issue(_authorities.Order(SubjectAlternativeNames.Create([$"{name}.shop.svc"]), CertificateProfile.Server, key: key));
        Add(TlsKeySecret.Create(new SecretId(name, mesh: null, "shop"), [leaf.Certificate, .. leaf.Intermediates], key, withRoot ? [issuer.Root] : [], s_none, s_none));
    }

    private static Secret Opaque(string name, (string Key, byte[] Value) value, string? ns = null) =>
        new(new SecretMetadata { Id = new SecretId(name, mesh: null, ns), Type = SecretType.Opaque }, new SecretData().Set(value.Key, value.Value));

    private static Manifest Resource(string secret) => Assert.Single(ManifestReader.Read(
        $"apiVersion: config.openservicemesh.io/v1alpha2\nkind: MeshRootCertificate\nmetadata:\n  name: mrc\n  namespace: shop\nspec:\n  provider:\n    tresor:\n      ca:\n        secretRef:\n          name: {secret}\n          namespace: shop\n",
        "mrc.yaml"));

    /// <summary>Counts how often a store is listed.</summary>
    private sealed class CountingStore(ISecretStore store) : ISecretStore
    {
        internal int Listings { get; private set; }

        public string Kind => store.Kind;

        public string Location => store.Location;

        public Task<Secret?> GetAsync(SecretId id, CancellationToken cancellationToken) => store.GetAsync(id, cancellationToken);

        public IAsyncEnumerable<SecretMetadata> ListAsync(SecretQuery query, CancellationToken cancellationToken)
        {
            Listings++;
            return store.ListAsync(query, cancellationToken);
        }

        public Task<SecretMetadata> PutAsync(SecretWrite write, CancellationToken cancellationToken) => store.PutAsync(write, cancellationToken);

        public Task DeleteAsync(SecretId id, string? resourceVersion, CancellationToken cancellationToken) => store.DeleteAsync(id, resourceVersion, cancellationToken);

        public ValueTask DisposeAsync() => store.DisposeAsync();
    }
}
