using System.Text;
using MeshSecrets.Certificates.Reading;
using MeshSecrets.Certificates.Repairing;
using MeshSecrets.Meshes.Kubernetes;
using MeshSecrets.Meshes.Repairing;
using MeshSecrets.Tests.Certificates.Reading;

namespace MeshSecrets.Tests.Meshes.Repairing;

/// <summary>Broken values of manifests are mended in place, and nothing else in the text changes.</summary>
public sealed class ManifestRepairTests
{
    private static readonly MaterialReadOptions s_options = new() { Envelopes = [new SecretManifestReader()] };

    private static TestMaterial M => TestMaterial.Shared;

    private static string Leaf => Encode(M.LeafPem);

    private static string Key => Encode(M.EcPkcs8Pem);

    private static string Head => "# kept by hand\napiVersion: v1\nkind: Secret   # of the shop\nmetadata: {name: site, namespace: web}\ndata:\n";

    private static string Broken => Key.Insert(90, "s");

    private static IReadOnlyDictionary<string, (string Text, string Mended)> Texts { get; } = new Dictionary<string, (string, string)>
    {
        ["plain"] = ($"{Head}  tls.crt: {Leaf}\n  tls.key: {Broken} # do not lose\ntype: kubernetes.io/tls\n", $"{Head}  tls.crt: {Leaf}\n  tls.key: {Key} # do not lose\ntype: kubernetes.io/tls\n"),
        ["quoted"] = ($"{Head}  tls.key: \"{Broken}\"\n  note: bm9uZQ==\n", $"{Head}  tls.key: \"{Key}\"\n  note: bm9uZQ==\n"),
        ["folded"] = ($"{Head}  tls.key: >-\n    {Broken[..100]}\n    {Broken[100..]}\n\n  note: bm9uZQ==\n", $"{Head}  tls.key: {Key}\n\n  note: bm9uZQ==\n"),
        ["at the end, without a newline"] = ($"{Head}  tls.key: |-\n    {Broken}", $"{Head}  tls.key: {Key}"),
        ["JSON"] = ($"{{\"kind\":\"Secret\",\"metadata\":{{\"name\":\"j\"}},\n\t\"data\":{{\"user\":\"YWxpY2U=\",\"tls.key\":\"{Broken}\"}}}}\n", $"{{\"kind\":\"Secret\",\"metadata\":{{\"name\":\"j\"}},\n\t\"data\":{{\"user\":\"YWxpY2U=\",\"tls.key\":\"{Key}\"}}}}\n"),
        ["a list of Kuma's and others"] = ($"kind: List\nitems:\n- type: Secret\n  mesh: default\n  name: ca.key\n  data: {Broken}\n- {{kind: Service, metadata: {{name: x}}}}\n---\nkind: Mesh\nmetadata: {{name: m}}\n", $"kind: List\nitems:\n- type: Secret\n  mesh: default\n  name: ca.key\n  data: {Key}\n- {{kind: Service, metadata: {{name: x}}}}\n---\nkind: Mesh\nmetadata: {{name: m}}\n"),
        ["never encoded"] = ($"{Head}  tls.key: |\n    {M.EcPkcs8Pem.TrimEnd().Replace("\n", "\n    ", StringComparison.Ordinal)}\n", $"{Head}  tls.key: {Key}\n"),
        ["encoded twice"] = ($"{Head}  tls.key: {Encode(Key)}\n", $"{Head}  tls.key: {Key}\n"),
        ["plain text with quotes"] = ($"kind: Secret\nmetadata: {{name: s}}\nstringData:\n  tls.key: |\n    \"{M.EcPkcs8Pem.TrimEnd().Replace("\n", "\n    ", StringComparison.Ordinal)}\"\n  user: alice\n", $"kind: Secret\nmetadata: {{name: s}}\nstringData:\n  tls.key: |\n    {M.EcPkcs8Pem.TrimEnd().Replace("\n", "\n    ", StringComparison.Ordinal)}\n  user: alice\n"),
        ["plain text in JSON"] = ($"{{\"kind\":\"ConfigMap\",\"metadata\":{{\"name\":\"s\"}},\"data\":{{\"tls.key\":\"\\\"{Escaped}\"}}}}", $"{{\"kind\":\"ConfigMap\",\"metadata\":{{\"name\":\"s\"}},\"data\":{{\"tls.key\":\"{Escaped}\"}}}}"),
    };

    private static string Escaped => M.EcPkcs8Pem.Replace("\n", "\\n", StringComparison.Ordinal);

    public static TheoryData<string> Names => [.. Texts.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Only_the_broken_value_changes(string name)
    {
        (string text, string mended) = Texts[name];
        using ManifestRepair repair = ManifestRepair.Examine(TestMaterial.Bytes(text), "site.yaml", cancellationToken: TestContext.Current.CancellationToken)!;
        RepairedField field = repair.Fields.Single(field => field.Report.Status != RepairStatus.Sound);
        Assert.True(field.Report.IsProven);
        byte[] written = repair.Write([field]);
        Assert.Equal(mended, Encoding.UTF8.GetString(written));
        using MaterialSet read = MaterialReader.Read(written, "site.yaml", s_options);
        Assert.Contains(read, item => item.GetDer().Span.SequenceEqual(M.EcKey.ExportPkcs8PrivateKey()));
    }

    [Fact]
    public void The_documents_manifest_is_whole_again()
    {
        string text = BrokenInputs.Document("secret001.yaml");
        using ManifestRepair repair = ManifestRepair.Examine(TestMaterial.Bytes(text), "secret001.yaml", cancellationToken: TestContext.Current.CancellationToken)!;
        Assert.Equal(["tls.crt", "tls.key"], repair.Fields.Select(field => field.Key));
        Assert.All(repair.Fields, field => Assert.True(field.Report.IsProven));
        Assert.All(repair.Fields, field => Assert.True(field.Report.Proof.HasFlag(RepairProof.SamePublicKey)));
        MeshException fault = Assert.Throws<MeshException>(() => MaterialReader.Read(TestMaterial.Bytes(text), "secret001.yaml", s_options));
        Assert.Equal(fault.Message, repair.Fields[0].Report.Faults[0].Message);
        byte[] written = repair.Write(repair.Fields);
        using MaterialSet read = MaterialReader.Read(written, "secret001.yaml", s_options);
        Assert.Equal([MaterialKind.CertificateRequest, MaterialKind.PrivateKey], read.Select(item => item.Kind));
        Assert.Equal([652, 1217], read.Select(item => item.GetDer().Length));
        string[] before = text.Split('\n');
        Assert.Equal(before[..31], Encoding.UTF8.GetString(written).Split('\n')[..31]);
        Assert.EndsWith("type: kubernetes.io/tls\n", Encoding.UTF8.GetString(written), StringComparison.Ordinal);
    }

    [Fact]
    public void Fields_of_one_object_prove_each_other_and_not_those_of_another()
    {
        string bare = Encode(TestMaterial.Pem("CERTIFICATE", M.Leaf.RawData).Insert(80, "s"));
        string text = $"kind: Secret\nmetadata: {{name: a}}\ndata:\n  tls.crt: {bare}\n  ca.crt: {Encode(M.RootPem)}\n---\nkind: Secret\nmetadata: {{name: b}}\ndata:\n  tls.crt: {bare}\n";
        using ManifestRepair repair = ManifestRepair.Examine(TestMaterial.Bytes(text), "two.yaml", cancellationToken: TestContext.Current.CancellationToken)!;
        Assert.Equal([(0, "tls.crt", true), (0, "ca.crt", true), (1, "tls.crt", false)], repair.Fields.Select(field => (field.Group, field.Key, field.Report.IsProven)));
    }

    [Theory]
    [InlineData("kind: Mesh\nmetadata: {name: m}\n", true)]
    [InlineData("kind: Secret\nmetadata: {name: s}\ndata: {password: bm9uZQ==}\n", true)]
    [InlineData("{\"cert\": \"none\"}", false)]
    [InlineData("just a text", false)]
    public void What_holds_no_material_has_no_fields(string text, bool isManifest)
    {
        using ManifestRepair? repair = ManifestRepair.Examine(TestMaterial.Bytes(text), "x.yaml", cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(isManifest, repair is not null);
        Assert.Empty(repair?.Fields ?? []);
    }

    [Fact]
    public void A_value_in_double_quotes_over_several_lines_is_written_or_refused_but_never_garbled()
    {
        string text = $"{Head}  tls.key: \"{Broken[..60]}\n    {Broken[60..]}\"\n  other: \"a\\\n    b\"\n";
        using ManifestRepair repair = ManifestRepair.Examine(TestMaterial.Bytes(text), "site.yaml", cancellationToken: TestContext.Current.CancellationToken)!;
        byte[] written = repair.Write(repair.Fields.Where(field => field.Report.HasContent));
        Assert.Equal($"{Head}  tls.key: \"{Key}\"\n  other: \"a\\\n    b\"\n", Encoding.UTF8.GetString(written));
    }

    private static string Encode(string text) => Convert.ToBase64String(TestMaterial.Bytes(text));
}
