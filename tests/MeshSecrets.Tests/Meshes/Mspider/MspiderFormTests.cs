using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using MeshSecrets.Meshes;
using MeshSecrets.Meshes.Formats;
using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Meshes.Mspider;
using MeshSecrets.Secrets;
using MeshSecrets.Tests.Certificates.Forging;

namespace MeshSecrets.Tests.Meshes.Mspider;

public sealed class MspiderFormTests
{
    private const string IndexName = "ckube.daocloud.io/indexes";

    private static readonly ForgedCertificate s_web = CertificateForge.Leaf(CertificateForge.Root());

    private static SecretForm Form => MeshDialects.FindSecretForm("mspider");

    /// <summary>The guide's document, with a certificate and key that are sound.</summary>
    private static string Sound
    {
        get
        {
            string[] lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Documents", "secret001.yaml"));
            int data = Array.FindIndex(lines, line => line.StartsWith("data:", StringComparison.Ordinal));
            return string.Join('\n', [.. lines[..data], "data:", $"  tls.crt: {Encode(s_web.Pem)}", $"  tls.key: {Encode(s_web.KeyPem)}", "type: kubernetes.io/tls", ""]);
        }
    }

    [Fact]
    public void The_guides_document_is_known_though_it_names_no_kind()
    {
        Manifest manifest = Assert.Single(ManifestReader.Read(Sound, "console"));
        Assert.Equal("Mspider", MeshDialects.RecognizeSecret(manifest)?.Name);
        using Secret secret = Form.Read(manifest);
        Assert.Equal("namespace/default/secret001", secret.Id.ToString());
        Assert.Equal("nicole-hosted-mesh-hosted", secret.Metadata.Annotations["ckube.doacloud.io/cluster"]);
        Assert.True(Form.IsUsualFor(secret.Metadata));
    }

    [Fact]
    public void As_it_is_printed_it_is_refused()
    {
        string text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Documents", "secret001.yaml"));
        Manifest manifest = Assert.Single(ManifestReader.Read(text, "console"));
        Assert.Equal("ManifestValueNotBase64", Assert.Throws<MeshException>(() => Form.Read(manifest)).ErrorId);
    }

    [Fact]
    public void What_is_consistent_is_written_as_it_was()
    {
        using Secret secret = Form.Read(Assert.Single(ManifestReader.Read(Sound, "console")));
        using Secret again = Form.Read(Written(secret, FormatTarget.Default));
        Assert.Equal(secret.Metadata.Labels, again.Metadata.Labels);
        Assert.Equal(secret.Metadata.Annotations, again.Metadata.Annotations);
        Assert.True(secret.GetData().ContentEquals(again.GetData()));
    }

    [Fact]
    public void The_index_follows_the_metadata_and_keeps_what_is_the_servers()
    {
        using Secret secret = Form.Read(Assert.Single(ManifestReader.Read(Sound, "console")));
        FormatTarget target = new() { Name = "secret002", Namespace = "shop", Labels = ImmutableSortedDictionary<string, string>.Empty.Add("team", "a+b") };
        Manifest written = Written(secret, target);
        JsonNode index = JsonNode.Parse(written.Annotations[IndexName])!;
        Assert.Equal("secret002", (string?)index["name"]);
        Assert.Equal("shop", (string?)index["namespace"]);
        Assert.Equal("\"mspider.io/managed=true\",\"team=a+b\",\"test=teston0422\",", (string?)index["labels"]);
        Assert.Equal("2023-04-20T07:09:33Z", (string?)index["createdAt"]);
        Assert.Equal("nicole-hosted-mesh-hosted", (string?)index["cluster"]);
        Assert.Contains("a+b", written.Annotations[IndexName], StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_from_elsewhere_gets_the_label_and_no_index()
    {
        using Secret secret = Tls(SecretType.Tls);
        Manifest written = Written(secret, FormatTarget.Default);
        Assert.Equal("true", written.Labels["mspider.io/managed"]);
        Assert.Empty(written.Annotations);
        Assert.Equal("Mspider", MeshDialects.RecognizeSecret(written)?.Name);
    }

    [Fact]
    public void Only_TLS_keys_are_written()
    {
        using Secret secret = Tls(SecretType.Opaque);
        Assert.Equal("FormatCannotCarry", Assert.Throws<MeshException>(() => Form.Write(secret, FormatTarget.Default)).ErrorId);
    }

    [Theory]
    [InlineData("apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ndata: {}\n")]
    [InlineData("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, labels: {mspider.io/managed: 'true'}}\ndata: {}\n")]
    [InlineData("metadata: {name: a}\ndata: {}\n")]
    [InlineData("type: Secret\nname: a\nlabels: {mspider.io/managed: 'true'}\ndata: aGk=\n")]
    public void Other_objects_are_left_to_others(string yaml) =>
        Assert.False(Form.Recognizes(Assert.Single(ManifestReader.Read(yaml, "x"))));

    [Theory]
    [InlineData("simple", "SIMPLE")]
    [InlineData("Bidirectional", "MUTUAL")]
    [InlineData("Istio bidirectional", "ISTIO_MUTUAL")]
    [InlineData("MUTUAL", "MUTUAL")]
    public void The_consoles_modes_are_Istios(string mode, string istio) => Assert.Equal(istio, MspiderTlsMode.ToIstio(mode));

    [Fact]
    public void A_key_has_five_uses() =>
        Assert.Equal(
            ["Gateway SIMPLE", "Gateway MUTUAL", "Gateway ISTIO_MUTUAL", "DestinationRule SIMPLE", "DestinationRule MUTUAL"],
            MspiderTlsMode.All.Select(mode => $"{mode.Resource} {mode.IstioMode}"));

    private static Manifest Written(Secret secret, FormatTarget target)
    {
        ArrayBufferWriter<byte> yaml = new();
        ManifestWriter.WriteYaml(Form.Write(secret, target), yaml);
        return Assert.Single(ManifestReader.Read(Encoding.UTF8.GetString(yaml.WrittenSpan), "again"));
    }

    private static Secret Tls(string type) => new(
        new SecretMetadata { Id = new SecretId("web", mesh: null, "shop"), Type = type },
        new SecretData().Set("tls.crt", Encoding.ASCII.GetBytes(s_web.Pem)).Set("tls.key", Encoding.ASCII.GetBytes(s_web.KeyPem)));

    private static string Encode(string text) => Convert.ToBase64String(Encoding.ASCII.GetBytes(text));
}
