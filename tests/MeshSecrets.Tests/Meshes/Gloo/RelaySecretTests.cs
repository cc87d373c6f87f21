using System.Collections.Immutable;
using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Keys;
using MeshSecrets.Certificates.Verification;
using MeshSecrets.Issuers.Embedded;
using MeshSecrets.Meshes;
using MeshSecrets.Meshes.Formats;
using MeshSecrets.Meshes.Gloo.Relay;
using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Secrets;
using MeshSecrets.Tests.Issuers;

namespace MeshSecrets.Tests.Meshes.Gloo;

/// <summary>The relay secrets: their chains, and their names in store and cluster.</summary>
public sealed class RelaySecretTests : IDisposable
{
    private readonly AuthorityFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    private static RelayOrder Order(params string[] clusters) => new() { Clusters = [.. clusters], KeyAlgorithm = KeyAlgorithm.P256 };

    private async Task<ImmutableArray<Secret>> IssueAsync(CertificateAuthority authority, RelayOrder order)
    {
        ImmutableArray<Secret> made = await RelayIssuance.IssueAsync(order, authority, token: null, TestContext.Current.CancellationToken);
        return [.. made.Select(_fixture.Own)];
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task All_that_is_issued_verifies_by_the_root_secret(bool belowAnother)
    {
        CertificateAuthority root = _fixture.Root();
        CertificateAuthority issuer = belowAnother ? _fixture.Below(root, pathLength: 1) : root;
        ImmutableArray<Secret> made = await IssueAsync(issuer, Order("cluster-1"));
        ImmutableArray<CertificateInfo> trusted = TlsKeySecret.ReadRoots(made.Single(secret => secret.Id.Name == RelaySecretName.Root));
        Assert.Equal(root.Certificate.Thumbprint, Assert.Single(trusted).Thumbprint);
        Secret[] keys = [.. made.Where(secret => secret.Metadata.Type == SecretType.Tls)];
        Assert.Equal(3, keys.Length);
        foreach (Secret key in keys)
        {
            ImmutableArray<CertificateInfo> chain = TlsKeySecret.ReadChain(key);
            Assert.True(ChainBuilder.Build(chain[0], chain[1..], trusted, _fixture.Clock.GetUtcNow()).IsValid, key.Id.Name);
        }
    }

    [Fact]
    public async Task What_the_plan_names_is_what_is_made()
    {
        RelayOrder order = Order("b", "a");
        Assert.Equal(RelayIssuance.Plan(order), (await IssueAsync(_fixture.Root(), order)).Select(secret => secret.Id));
    }

    [Fact]
    public async Task In_the_cluster_a_secret_has_the_name_that_Gloo_looks_for_and_comes_back_as_it_was()
    {
        ImmutableArray<Secret> made = await IssueAsync(_fixture.Root(), Order("cluster-1"));
        foreach (Secret secret in made)
        {
            SecretForm form = MeshDialects.UsualForm(secret.Metadata);
            Manifest manifest = form.Write(secret, FormatTarget.Default);
            Assert.Equal(secret.Id.Name.Replace(".cluster-1", "", StringComparison.Ordinal), manifest.Name);
            Assert.Equal("gloo-mesh", manifest.Namespace);

            using MemoryStream yaml = new(Write(manifest));
            Manifest again = ManifestReader.Read(yaml, "test").Single();
            Assert.Same(form, MeshDialects.RecognizeSecret(again));
            using Secret read = form.Read(again);
            Assert.Equal(secret.Id, read.Id);
            Assert.True(secret.GetData().ContentEquals(read.GetData()));
        }
    }

    [Fact]
    public async Task A_name_that_is_asked_for_is_taken_as_it_is()
    {
        Secret client = (await IssueAsync(_fixture.Root(), Order("cluster-1"))).Single(secret => secret.Id.Name == "relay-client-tls-secret.cluster-1");
        Assert.Equal("relay-client-tls-secret.cluster-1", MeshDialects.FindSecretForm("GlooRelay").Write(client, new FormatTarget { Name = client.Id.Name }).Name);
    }

    [Theory]
    [InlineData("relay-client-tls-secret", RelaySecretName.Client)]
    [InlineData("relay-client-tls-secret.cluster-1.example", RelaySecretName.Client)]
    [InlineData("relay-client-tls-secret-2", null)]
    [InlineData("relay", null)]
    public void Names_are_told_apart(string stored, string? expected) => Assert.Equal(expected, RelaySecretName.TryParse(stored));

    [Fact]
    public async Task An_authority_that_may_have_none_below_it_is_refused_before_anything_is_made() =>
        Assert.Equal("PathLengthExceeded", (await Assert.ThrowsAsync<MeshException>(() => IssueAsync(_fixture.Root(pathLength: 0), Order("a")))).ErrorId);

    private static byte[] Write(Manifest manifest)
    {
        System.Buffers.ArrayBufferWriter<byte> yaml = new();
        ManifestWriter.WriteYaml(manifest, yaml);
        return yaml.WrittenSpan.ToArray();
    }
}
