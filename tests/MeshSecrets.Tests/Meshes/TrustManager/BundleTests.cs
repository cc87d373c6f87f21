using MeshSecrets.Meshes;
using MeshSecrets.Meshes.Formats;
using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Tests.Certificates.Forging;

namespace MeshSecrets.Tests.Meshes.TrustManager;

/// <summary>A Bundle of trust-manager: roots in it and beside it, and what it uses.</summary>
public sealed class BundleTests
{
    private static readonly ForgedCertificate s_root = CertificateForge.Root();
    private static readonly ForgedCertificate s_next = CertificateForge.Root("CN=Next", recipe => recipe.Key = ForgedKey.Ec("next"));

    [Fact]
    public void Roots_are_written_into_it_and_come_back()
    {
        AuthorityFormat format = MeshDialects.FindAuthorityFormat("TrustManagerBundle");
        using AuthorityMaterial roots = new("test", key: null) { Roots = [s_root.Info, s_next.Info] };
        using MeshObjects written = format.Write(roots, new FormatTarget { Name = "mesh", Namespace = "shop" }, CertificateForge.Now);
        Manifest bundle = Assert.Single(written.Manifests);
        Assert.Equal("trust.cert-manager.io/v1alpha1", bundle.ApiVersion);
        Assert.Null(bundle.Namespace);
        Assert.Equal("shop", bundle.Spec.Find("target", "namespaceSelector", "matchLabels")!["kubernetes.io/metadata.name"]);
        using AuthorityMaterial read = format.TryRead(written)!;
        Assert.Equal([s_root.Info.Thumbprint, s_next.Info.Thumbprint], read.Roots.Select(root => root.Thumbprint));
    }

    [Fact]
    public void Roots_beside_it_are_read_if_they_were_given()
    {
        string yaml = $"{Bundle("{ configMap: { name: roots, key: a.pem } }, { secret: { name: more, key: ca.crt } }, { useDefaultCAs: false }")}---\n"
            + $"apiVersion: v1\nkind: ConfigMap\nmetadata: {{ name: roots, namespace: cert-manager }}\ndata: {{ a.pem: \"{s_root.Pem.Replace("\n", "\\n", StringComparison.Ordinal)}\" }}\n---\n"
            + $"apiVersion: v1\nkind: Secret\nmetadata: {{ name: more, namespace: cert-manager }}\nstringData: {{ ca.crt: \"{s_next.Pem.Replace("\n", "\\n", StringComparison.Ordinal)}\" }}\n";
        using MeshObjects objects = ObjectReader.Read(ManifestReader.Read(yaml, "test.yaml"));
        using AuthorityMaterial read = MeshDialects.FindAuthorityFormat("TrustManagerBundle").TryRead(objects)!;
        Assert.Equal(["CN=Root,O=Example", "CN=Next"], read.Roots.Select(root => root.Subject.ToString()));
    }

    [Theory]
    [InlineData("{ configMap: { name: roots, key: a.pem } }", "FormatIncomplete")]
    [InlineData("{ secret: { name: roots, key: a.pem } }", "FormatIncomplete")]
    [InlineData("{ useDefaultCAs: true }", "FormatCannotCarry")]
    [InlineData("", "FormatIncomplete")]
    public void Roots_that_are_not_known_are_refused(string sources, string errorId)
    {
        using MeshObjects objects = ObjectReader.Read(ManifestReader.Read(Bundle(sources), "test.yaml"));
        Fails.With(errorId, () => MeshDialects.FindAuthorityFormat("TrustManagerBundle").TryRead(objects));
    }

    [Fact]
    public void It_uses_the_secrets_of_its_sources()
    {
        Manifest bundle = ManifestReader.Read(Bundle("{ useDefaultCAs: true }, { secret: { name: roots, key: ca.crt } }"), "test.yaml").Single();
        var use = Assert.Single(MeshDialects.RecognizeResource(bundle)!.FindUses(bundle));
        Assert.Equal(("roots", "spec.sources[1].secret"), (use.SecretName, use.Field));
    }

    private static string Bundle(string sources) =>
        $"apiVersion: trust.cert-manager.io/v1alpha1\nkind: Bundle\nmetadata: {{ name: bundle }}\nspec: {{ sources: [{sources}], target: {{ configMap: {{ key: ca.crt }} }} }}\n";
}
