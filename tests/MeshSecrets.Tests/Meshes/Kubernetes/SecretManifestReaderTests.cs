using System.Text;
using MeshSecrets.Certificates.Reading;
using MeshSecrets.Meshes.Kubernetes;
using MeshSecrets.Tests.Certificates.Reading;

namespace MeshSecrets.Tests.Meshes.Kubernetes;

public sealed class SecretManifestReaderTests
{
    private static readonly MaterialReadOptions s_options = new() { Envelopes = [new SecretManifestReader()] };

    private static TestMaterial M => TestMaterial.Shared;

    private static string Leaf64 => Encode(M.LeafPem);

    private static string TlsSecret => $"apiVersion: v1\nkind: Secret\nmetadata:\n  name: site\n  namespace: web\ntype: kubernetes.io/tls\ndata:\n  tls.crt: {Leaf64}\n  tls.key: {Encode(M.EcPkcs8Pem)}\n";

    [Fact]
    public void A_TLS_secret_gives_certificate_and_key_with_their_fields()
    {
        using MaterialSet set = Read(TlsSecret);
        Assert.Equal([MaterialKind.Certificate, MaterialKind.PrivateKey], set.Select(item => item.Kind));
        Assert.Equal("site.yaml: Secret web/site, tls.crt, line 1", set[0].Location);
        Assert.Equal("site.yaml: Secret web/site, tls.key, line 1", set[1].Location);
        Assert.Equal(M.Leaf.RawData, set[0].GetDer());
    }

    [Fact]
    public void Several_documents_lists_and_other_kinds_are_read()
    {
        string text = $"---\nkind: Service\nmetadata: {{name: x}}\n---\n{TlsSecret}---\nkind: ConfigMap\nmetadata:\n  name: roots\ndata:\n  note: hello\n  ca.crt: |\n    {M.RootPem.TrimEnd().Replace("\n", "\n    ", StringComparison.Ordinal)}\n---\nkind: List\nitems:\n- kind: Secret\n  metadata: {{name: b}}\n  stringData:\n    password: hunter2\n    any: |\n      {M.RootPem.TrimEnd().Replace("\n", "\n      ", StringComparison.Ordinal)}\n";
        using MaterialSet set = Read(text);
        Assert.Equal(
            ["site.yaml: Secret web/site, tls.crt", "site.yaml: Secret web/site, tls.key", "site.yaml: ConfigMap roots, ca.crt", "site.yaml: Secret b, any"],
            set.Select(item => item.Source));
        Assert.Equal([1, 2, 3, 4], set.Select(item => item.Position));
    }

    [Fact]
    public void Json_and_binary_values_are_read()
    {
        using MaterialSet set = Read($"{{\"kind\":\"Secret\",\"metadata\":{{\"name\":\"j\",\"namespace\":\"n\"}},\n\t\"data\":{{\"user\":\"YWxpY2U=\",\"ca.der\":\"{Convert.ToBase64String(M.Root.RawData)}\"}}}}");
        Assert.Equal("site.yaml: Secret n/j, ca.der", Assert.Single(set).Location);
    }

    [Fact]
    public void The_form_that_Kuma_writes_is_read()
    {
        using MaterialSet set = Read($"type: Secret\nmesh: default\nname: ca\ndata: {Leaf64}\n");
        Assert.Equal("site.yaml: Secret default/ca, data", Assert.Single(set).Source);
    }

    private static IReadOnlyDictionary<string, (string Text, string ErrorId, string[] Fragments)> Broken => new Dictionary<string, (string Text, string ErrorId, string[] Fragments)>
    {
        ["the document's manifest"] = (BrokenInputs.Document("secret001.yaml"), "ManifestValueNotBase64", ["line 32, column 12", "Secret default/secret001, tls.crt", "one is too many"]),
        ["base64 without armour"] = (TlsSecret.Replace(Leaf64, Encode(Convert.ToBase64String(M.Leaf.RawData)), StringComparison.Ordinal), "PemArmourMissing", ["Secret web/site, tls.crt", "a certificate"]),
        ["a stray character"] = (TlsSecret.Replace(Leaf64, "A" + Leaf64, StringComparison.Ordinal), "ManifestValueNotBase64", ["line 8, column 12", "tls.crt"]),
        ["PEM not encoded"] = ($"kind: Secret\nmetadata: {{name: s}}\ndata:\n  tls.crt: |\n    {M.LeafPem.Replace("\n", "\n    ", StringComparison.Ordinal)}\n", "ManifestValueNotEncoded", ["line 4, column 12", "stringData"]),
        ["encoded twice"] = (TlsSecret.Replace(Leaf64, Encode(Leaf64), StringComparison.Ordinal), "PemBase64Encoded", ["tls.crt", "base64 -d"]),
        ["an empty certificate"] = (TlsSecret.Replace(Leaf64, "\"\"", StringComparison.Ordinal), "MaterialEmpty", ["Secret web/site, tls.crt is empty"]),
        ["a tab for indentation"] = (TlsSecret.Replace("  tls.key", "\ttls.key", StringComparison.Ordinal), "ManifestInvalid", ["line 9", "a tab"]),
        ["the same field twice"] = ("kind: Secret\ndata:\n  a: YQ==\n  a: YQ==\n", "ManifestInvalid", ["line 4, column 3", "twice"]),
        ["an alias"] = ("kind: Secret\ndata:\n  a: &x YQ==\n  b: *x\n", "ManifestInvalid", ["alias"]),
        ["depth"] = ("kind: Secret\ndata: " + new string('[', 5000) + "\n", "ManifestInvalid", ["nested deeper"]),
        ["no material"] = ("kind: Deployment\nmetadata: {name: x}\n", "ManifestWithoutMaterial", ["Deployment"]),
    };

    public static TheoryData<string> Faults => [.. Broken.Keys];

    [Theory]
    [MemberData(nameof(Faults))]
    public void Broken_manifests_are_named(string name)
    {
        (string text, string errorId, string[] fragments) = Broken[name];
        MeshException error = Assert.Throws<MeshException>(() => Read(text));
        Assert.True(errorId == error.ErrorId, $"{name}: {error.ErrorId}: {error.Message}");
        Assert.All(fragments, fragment => Assert.Contains(fragment, error.Message, StringComparison.Ordinal));
        Assert.DoesNotContain(Leaf64[..12], error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Another_encoding_than_UTF_8_is_named()
    {
        byte[] text = [.. "kind: Secret\ndata: "u8, 0xE9];
        Assert.Equal("ManifestInvalid", Assert.Throws<MeshException>(() => MaterialReader.Read(text, "site.yaml", s_options)).ErrorId);
    }

    [Fact]
    public void Pem_with_text_is_no_manifest()
    {
        using MaterialSet set = Read("Certificate:\n    Data:\n        Version: 3\n" + M.LeafPem);
        Assert.Equal("site.yaml", Assert.Single(set).Source);
    }

    private static string Encode(string text) => Convert.ToBase64String(Encoding.ASCII.GetBytes(text));

    private static MaterialSet Read(string text) => MaterialReader.Read(TestMaterial.Bytes(text), "site.yaml", s_options);
}
