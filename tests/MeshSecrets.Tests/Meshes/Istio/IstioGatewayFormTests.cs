using MeshSecrets.Meshes;
using MeshSecrets.Meshes.Formats;
using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Secrets;
using MeshSecrets.Tests.Certificates.Forging;
using MeshSecrets.Tests.Meshes.Rules;

namespace MeshSecrets.Tests.Meshes.Istio;

public sealed class IstioGatewayFormTests : IDisposable
{
    private readonly IstioFixture _istio = new();
    private readonly ForgedCertificate _root = CertificateForge.Root();
    private readonly ForgedCertificate _leaf;

    public IstioGatewayFormTests() => _leaf = CertificateForge.Leaf(_root);

    private static SecretForm Form => MeshDialects.FindSecretForm("IstioGateway");

    public void Dispose() => _istio.Dispose();

    [Fact]
    public void The_older_names_are_read_into_a_TLS_key()
    {
        Secret secret = Read(("cert", _leaf.Pem), ("key", _leaf.KeyPem), ("cacert", _root.Pem), ("note", "kept"));
        Assert.Equal("namespace/istio-system/shop (kubernetes.io/tls)", secret.ToString());
        Assert.Equal(["ca.crt", "note", "tls.crt", "tls.key"], secret.GetData().Keys);
        Assert.Equal(_leaf.Info.Thumbprint, secret.Metadata.Certificate!.Thumbprint);
    }

    [Fact]
    public void What_is_written_is_read_again_with_all_its_keys()
    {
        Secret secret = Read(("tls.crt", _leaf.Pem), ("tls.key", _leaf.KeyPem), ("ca.crt", _root.Pem), ("tls.ocsp-staple", "staple"));
        Manifest written = Form.Write(secret, FormatTarget.Default);
        Assert.Equal("Secret istio-system/shop", written.ToString());
        using Secret again = MeshDialects.FindSecretForm("Kubernetes").Read(Reread(written));
        Assert.True(secret.GetData().ContentEquals(again.GetData()));
    }

    [Theory]
    [InlineData(null, null, "istio-system")]
    [InlineData("shop-ns", null, "shop-ns")]
    [InlineData("shop-ns", "edge", "edge")]
    [InlineData(null, "edge", "edge")]
    public void A_secret_of_no_namespace_goes_where_Istio_keeps_its_gateways(string? own, string? target, string expected)
    {
        using Secret secret = RuleSecrets.Secret("shop", mesh: null, own, SecretType.Tls, ("tls.crt", _leaf.Pem), ("tls.key", _leaf.KeyPem));
        Assert.Equal(expected, Form.Write(secret, new FormatTarget { Namespace = target }).Namespace);
    }

    [Fact]
    public void Under_the_name_of_a_CA_only_the_CA_is_written()
    {
        Secret secret = Read(("tls.crt", _leaf.Pem), ("tls.key", _leaf.KeyPem), ("ca.crt", _root.Pem));
        Manifest written = Form.Write(secret, new FormatTarget { Name = "shop-cacert" });
        Assert.Equal(["ca.crt"], written.Root.Find("data")!.Fields.Select(field => field.Key));
        Assert.Equal("Opaque", written.Root["type"]);
    }

    [Fact]
    public void Under_the_name_of_a_CA_nothing_else_is_dropped()
    {
        Secret secret = Read(("tls.crt", _leaf.Pem), ("tls.key", _leaf.KeyPem), ("ca.crt", _root.Pem), ("note", "mine"));
        Fails.With("FormatCannotCarry", () => Form.Write(secret, new FormatTarget { Name = "shop-cacert" }));
    }

    [Fact]
    public void Both_names_of_one_part_are_refused() =>
        Fails.With("FormatCannotCarry", () => Read(("cert", _leaf.Pem), ("key", _leaf.KeyPem), ("tls.crt", _leaf.Pem)));

    [Fact]
    public void What_Istio_would_find_nothing_in_is_refused()
    {
        Fails.With("FormatIncomplete", () => Read(("password", "x")));
        Secret ca = Read(("cacert", _root.Pem));
        Assert.Equal("Opaque", ca.Metadata.Type);
        Fails.With("FormatIncomplete", () => Form.Write(ca, FormatTarget.Default));
    }

    private Secret Read(params (string Key, string Value)[] values) =>
        _istio.Own(Form.Read(Reread(MeshDialects.FindSecretForm("Kubernetes").Write(_istio.Secret("shop", "Opaque", values), FormatTarget.Default))));

    private static Manifest Reread(Manifest manifest)
    {
        System.Buffers.ArrayBufferWriter<byte> yaml = new();
        ManifestWriter.WriteYaml(manifest, yaml);
        return Assert.Single(ManifestReader.Read(System.Text.Encoding.UTF8.GetString(yaml.WrittenSpan), "shop.yaml"));
    }
}
