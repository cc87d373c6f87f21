using System.Buffers;
using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Tests.Peers;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace MeshSecrets.Tests.Meshes.Manifests;

public sealed class ManifestWriterTests
{
    private const int Trees = 3000;

    [Fact]
    public void A_manifest_looks_as_kubectl_writes_it()
    {
        Manifest manifest = Manifest.Create("v1", "ConfigMap", "roots", "shop", new Dictionary<string, string> { ["app.kubernetes.io/name"] = "shop", ["on"] = "true" });
        manifest.Root.Set("data", ManifestNode.Mapping(
            ("ca.crt", ManifestNode.String("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n")),
            ("note", ManifestNode.String("  indented\n\nlines")),
            ("bytes", ManifestNode.Base64("true\0"u8.ToArray())),
            ("word", ManifestNode.Base64(Convert.FromBase64String("true"))),
            ("number", ManifestNode.Base64(Convert.FromBase64String("12345678"))),
            ("none", ManifestNode.Base64(ReadOnlyMemory<byte>.Empty))));
        manifest.Root.Set("hosts", ManifestNode.Sequence(ManifestNode.String("*.example.com"), ManifestNode.String("spiffe://default/web"), ManifestNode.Mapping(("port", ManifestNode.Number(443)), ("tls", ManifestNode.Boolean(true)))));
        manifest.Root.Set("empty", ManifestNode.Sequence());
        Assert.Equal(
            """
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata:
              name: roots
              namespace: shop
              labels:
                app.kubernetes.io/name: shop
                "on": "true"
            data:
              ca.crt: |
                -----BEGIN CERTIFICATE-----
                MIIB
                -----END CERTIFICATE-----
              note: |2-
                  indented

                lines
              bytes: dHJ1ZQA=
              word: "true"
              number: "12345678"
              none: ""
            hosts:
            - "*.example.com"
            - spiffe://default/web
            - port: 443
              tls: true
            empty: []

            """.ReplaceLineEndings("\n"),
            Yaml(manifest.Root));
    }

    [Theory]
    [InlineData("yes"), InlineData("No"), InlineData("on"), InlineData("OFF"), InlineData("y"), InlineData("N"), InlineData("true"), InlineData("False")]
    [InlineData("null"), InlineData("~"), InlineData(""), InlineData("0"), InlineData("-1"), InlineData("+12"), InlineData("1_000"), InlineData("010"), InlineData("0o14")]
    [InlineData("0xFF"), InlineData("0b101"), InlineData("1:30"), InlineData("190:20:30.15"), InlineData("1e3"), InlineData("1.5"), InlineData(".5"), InlineData("12e03")]
    [InlineData(".inf"), InlineData("-.INF"), InlineData(".nan"), InlineData("2001-12-14"), InlineData("2001-12-14t21:59:43.10-05:00"), InlineData("="), InlineData("<<")]
    [InlineData(" a"), InlineData("a "), InlineData("a: b"), InlineData("a #b"), InlineData("a:"), InlineData("- a"), InlineData("? a"), InlineData("&a"), InlineData("*a"), InlineData("!a")]
    [InlineData("|"), InlineData(">"), InlineData("'a'"), InlineData("\"a\""), InlineData("%a"), InlineData("@a"), InlineData("`a"), InlineData("[a]"), InlineData("{a}"), InlineData(",a"), InlineData("#a")]
    [InlineData("---"), InlineData("..."), InlineData("a\tb"), InlineData("\ta"), InlineData("a\rb"), InlineData("a\r\nb"), InlineData("\0"), InlineData("\x1B[0m"), InlineData("\x7F"), InlineData("\x85"), InlineData("\u2028x")]
    [InlineData("\uFEFFa"), InlineData("caf\u00E9"), InlineData("\U0001F600"), InlineData("\\n"), InlineData("a\\"), InlineData("10.0.0.1"), InlineData("1.2.3"), InlineData("24h"), InlineData("--force"), InlineData("\uFFFE")]
    [InlineData("a\nb"), InlineData("a\nb\n"), InlineData("a\n\n\n"), InlineData("\n"), InlineData("\n\n"), InlineData("\na"), InlineData(" a\nb"), InlineData("\ta\nb\n"), InlineData("a\n b\n"), InlineData("a\n \nb"), InlineData("a\n ")]
    [InlineData("\n  a\n b\n"), InlineData("a\n\tb"), InlineData("a\r\nb\r\n"), InlineData("---\n...\n"), InlineData("# a\n- b: c\n"), InlineData("a\n\u2028\n"), InlineData("\u00E9\n\U0001F600\n"), InlineData("a\t\nb ")]
    public void A_string_stays_the_string_it_is(string text)
    {
        ManifestNode root = ManifestNode.Mapping(("kind", ManifestNode.String(text)), (text + "x", ManifestNode.String("v")));
        root.Set("s", ManifestNode.Sequence(ManifestNode.String(text), ManifestNode.Sequence(ManifestNode.String(text)), ManifestNode.Mapping((text, ManifestNode.String(text)))));
        AssertRoundTrips(root);
    }

    [Fact]
    public void Half_a_character_is_refused()
    {
        foreach (string text in new[] { "a\uD83D", "\uDE00", "a\n\uD83D\n", "\uDE00\uD83D" })
        {
            Fails.With("ManifestTextInvalid", () => Yaml(ManifestNode.Mapping(("kind", ManifestNode.String(text)))));
            Fails.With("ManifestTextInvalid", () => Json(ManifestNode.Mapping((text, ManifestNode.String("a")))));
        }
    }

    [Fact]
    public void Any_tree_is_read_as_it_was_written() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(Trees).WithQuietOnSuccess(true),
        Prop.ForAll(ManifestTrees.Roots.ToArbitrary(), AssertRoundTrips));

    [Fact]
    public void Any_tree_is_read_by_Python_as_it_was_written()
    {
        using PeerTool python = PeerTool.Demand("python3");
        Assert.SkipUnless(python.TryRun("-c", "import yaml"), "python3 has no module yaml.");
        List<ManifestNode> roots = [.. Gen.Sample(ManifestTrees.Roots, 400, 30)];
        using (FileStream yaml = File.Create(python.PathOf("all.yaml")))
        {
            ManifestWriter.WriteYaml(roots.Select(root => new Manifest(root, "test")), yaml);
        }

        using (FileStream json = File.Create(python.PathOf("all.json")))
        {
            ManifestWriter.WriteJson(roots.Select(root => new Manifest(root, "test")), json);
        }

        // A YAML 1.1 reader, unlike the other two; numbers are strings here and there, for 1.10 is not 1.1.
        python.Write("compare.py", """
            import json, sys, yaml
            class Loader(yaml.SafeLoader): pass
            for tag in ('int', 'float'):
                Loader.add_constructor('tag:yaml.org,2002:' + tag, lambda loader, node: ('number', node.value))
            number = lambda text: ('number', text)
            documents = list(yaml.load_all(open('all.yaml', encoding='utf-8'), Loader))
            items = json.load(open('all.json', encoding='utf-8'), parse_int=number, parse_float=number)['items']
            assert len(documents) == len(items) == 400, (len(documents), len(items))
            for document, item in zip(documents, items):
                assert document == item, (document, item)
            print('equal')
            """u8);
        Assert.Contains("equal", python.RunArguments("compare.py"), StringComparison.Ordinal);
    }

    [Fact]
    public void Several_objects_become_documents_or_a_list()
    {
        Manifest[] manifests = [Manifest.Create("v1", "Secret", "a"), Manifest.Create("v1", "Secret", "b"), Manifest.Create("v1", "Secret", "c")];
        foreach (int count in new[] { 0, 1, 2, 3 })
        {
            using MemoryStream yaml = new();
            using MemoryStream json = new();
            ManifestWriter.WriteYaml(manifests.Take(count), yaml);
            ManifestWriter.WriteJson(manifests.Take(count), json);
            foreach (MemoryStream stream in new[] { yaml, json })
            {
                stream.Position = 0;
                Assert.Equal(manifests.Take(count).Select(manifest => manifest.Name), ManifestReader.Read(stream, "again").Select(manifest => manifest.Name));
            }
        }
    }

    [Theory]
    [InlineData("true", "true"), InlineData("False", "false"), InlineData("null", "null"), InlineData("12", "12"), InlineData("-1.50e3", "-1.50e3")]
    [InlineData("10.0.0.1", "\"10.0.0.1\""), InlineData("24h", "\"24h\""), InlineData("2001-12-14", "\"2001-12-14\""), InlineData("text", "\"text\"")]
    public void An_unquoted_scalar_becomes_what_it_means(string yaml, string json) =>
        Assert.Contains($"\"x\": {json}\n", Json(ManifestReader.Read($"kind: A\nx: {yaml}\n", "x").Single().Root), StringComparison.Ordinal);

    [Theory]
    [InlineData("yes"), InlineData("off"), InlineData("010"), InlineData("0x1F"), InlineData("1:30"), InlineData(".inf"), InlineData("1_000"), InlineData("+1")]
    public void An_unquoted_scalar_that_means_two_things_is_refused(string yaml)
    {
        MeshException error = Fails.With("ManifestValueAmbiguous", () => Json(ManifestReader.Read($"kind: A\nx: {yaml}\n", "x").Single().Root));
        Assert.Contains("line 2, column 4", error.Message, StringComparison.Ordinal);
    }

    private static void AssertRoundTrips(ManifestNode root)
    {
        string yaml = Yaml(root);
        AssertSame(root, ReadAgain(yaml), yaml);
        Parser parser = new(new StringReader(yaml));
        parser.Consume<StreamStart>();
        parser.Consume<DocumentStart>();
        AssertSame(root, ManifestTrees.Take(parser), yaml);
        string json = Json(root);
        AssertSame(root, ReadAgain(json), json);
        using JsonDocument document = JsonDocument.Parse(json);
        AssertSame(root, ManifestTrees.Take(document.RootElement), json);
    }

    private static ManifestNode ReadAgain(string text)
    {
        try
        {
            return ManifestReader.Read(text, "again").Single().Root;
        }
        catch (MeshException e)
        {
            throw new InvalidOperationException($"{e.Message} in\n{text}", e);
        }
    }

    private static void AssertSame(ManifestNode root, ManifestNode again, string text) =>
        Assert.True(ManifestTrees.Difference(root, again) is null, $"{ManifestTrees.Difference(root, again)} in {text}");

    private static string Yaml(ManifestNode root)
    {
        ArrayBufferWriter<byte> buffer = new();
        ManifestWriter.WriteYaml(new Manifest(root, "test"), buffer);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static string Json(ManifestNode root)
    {
        ArrayBufferWriter<byte> buffer = new();
        ManifestWriter.WriteJson(new Manifest(root, "test"), buffer);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
