using System.Text;
using MeshSecrets.Meshes.Manifests;

namespace MeshSecrets.Tests.Meshes.Manifests;

public sealed class ManifestReaderTests
{
    [Theory]
    [InlineData("documents", "---\nkind: A\nmetadata: {name: a}\n---\n# nothing\n---\nkind: B\nmetadata: {name: b}\n...\n")]
    [InlineData("a list, its kind last", "apiVersion: v1\nitems:\n- kind: A\n  metadata: {name: a}\n- kind: B\n  metadata: {name: b}\nkind: List\nmetadata: {resourceVersion: \"\"}\n")]
    [InlineData("a list within a list", "kind: List\nitems:\n- kind: A\n  metadata: {name: a}\n- kind: List\n  items:\n  - kind: B\n    metadata: {name: b}\n")]
    [InlineData("a list of Kuma", "total: 2\nitems: [{kind: A, metadata: {name: a}}, {kind: B, metadata: {name: b}}]\nnext: null\n")]
    [InlineData("objects in JSON, one after the other", "{\"kind\":\"A\",\"metadata\":{\"name\":\"a\"}}{\"kind\":\"B\",\n\"metadata\":{\"name\":\"b\"}}")]
    [InlineData("objects in JSON, one a line", "\n{ \"kind\":\"A\",\"metadata\":{\"name\":\"a\"}}\r\n{\"kind\":\"B\",\"metadata\":{\"name\":\"b\"}}\r\n")]
    [InlineData("a list in JSON", "{\"apiVersion\":\"v1\",\"items\":[{\"kind\":\"A\",\"metadata\":{\"name\":\"a\"}},{\"kind\":\"B\",\"metadata\":{\"name\":\"b\"}}],\"kind\":\"List\"}")]
    [InlineData("with a byte order mark", "\uFEFFkind: A\nmetadata: {name: a}\n---\nkind: B\nmetadata: {name: b}\n")]
    [InlineData("with a byte order mark in JSON", "\uFEFF{\"kind\":\"A\",\"metadata\":{\"name\":\"a\"}}{\"kind\":\"B\",\"metadata\":{\"name\":\"b\"}}")]
    [InlineData("with Windows lines", "kind: A\r\nmetadata:\r\n  name: a\r\n---\r\nkind: B\r\nmetadata:\r\n  name: b\r\n")]
    public void Objects_are_found_in(string form, string text) =>
        Assert.True(Read(text).Select(manifest => manifest.ToString()).SequenceEqual(["A a", "B b"]), form);

    [Fact]
    public void Items_of_a_typed_list_get_the_kind_that_the_API_server_leaves_out()
    {
        Manifest item = Assert.Single(Read("{\"kind\":\"SecretList\",\"apiVersion\":\"v1\",\"metadata\":{},\"items\":[{\"metadata\":{\"name\":\"a\",\"namespace\":\"n\"}}]}"));
        Assert.Equal("Secret n/a", item.ToString());
        Assert.Equal("v1", item.ApiVersion);
    }

    [Fact]
    public void Objects_are_read_when_they_are_asked_for()
    {
        using GeneratedStream stream = new("", "---\nkind: A\nmetadata: {name: a}\n", "", GeneratedStream.Gigabyte);
        Assert.Equal(100, ManifestReader.Read(stream, "endless").Take(100).Count());
        Assert.InRange(stream.Position, 1, 100_000);
    }

    [Fact]
    public void Items_are_read_when_they_are_asked_for()
    {
        using GeneratedStream stream = new("{\"items\":[{\"kind\":\"A\"}", ",\n{\"kind\":\"A\",\"metadata\":{\"name\":\"a\"}}", "]}", GeneratedStream.Gigabyte);
        Assert.Equal(100, ManifestReader.Read(stream, "endless").Take(100).Count());
        Assert.InRange(stream.Position, 1, 100_000);
    }

    [Theory]
    [InlineData("kind: A\nmetadata:\n  name: a\n  labels:\n    x: \"1\"\n")]
    [InlineData("{\"kind\": \"A\",\n \"metadata\": {\n  \"name\": \"a\",\n  \"labels\":\n   {\"x\": \"1\"}}}\n")]
    public void Each_value_knows_its_place(string text)
    {
        Manifest manifest = Assert.Single(Read(text));
        Assert.Equal((1, 1), (manifest.Root.Line, manifest.Root.Column));
        ManifestNode value = manifest.Root.Find("metadata", "labels", "x")!;
        string line = text.Split('\n')[value.Line - 1];
        Assert.Equal("\"1\"", line.Substring(value.Column - 1, 3));
    }

    [Fact]
    public void Scalars_are_told_apart()
    {
        ManifestNode yaml = Assert.Single(Read("kind: A\na: null\nb: 'null'\nc:\nd: true\ne: \"\"\nf: 1.10\ng: !!str 5\nh: text\n")).Root;
        Assert.Equal([null, "null", null, "true", "", "1.10", "5", "text"], yaml.Fields.Skip(1).Select(field => field.Value.Text));
        Assert.Equal([false, true, false, false, true, false, true, false], yaml.Fields.Skip(1).Select(field => field.Value.IsString));
        ManifestNode json = Assert.Single(Read("{\"kind\":\"A\",\"a\":null,\"b\":\"null\",\"d\":true,\"f\":1.10,\"u\":\"\\ud83d\\ude00\\u0000\"}")).Root;
        Assert.Equal([null, "null", "true", "1.10", "\U0001F600\0"], json.Fields.Skip(1).Select(field => field.Value.Text));
        Assert.Equal([false, true, false, false, true], json.Fields.Skip(1).Select(field => field.Value.IsString));
    }

    public static TheoryData<string, string, string> Broken => new()
    {
        { "kind: A\nmetadata:\n\tname: s3cret\n", "line 3", "tab" },
        { "kind: A\nmetadata:\n  a: s3cret\n  a: s3cret\n", "line 4, column 3", "twice" },
        { "{\"kind\":\"A\",\n \"kind\":\"s3cret\"}", "line 2, column 2", "twice" },
        { "kind: A\nx: &s3cret 1\n", "line 2, column 4", "anchor" },
        { "kind: A\nx: *s3cret\n", "line 2, column 4", "alias" },
        { "kind: A\nx: !!binary s3cret\n", "line 2, column 4", "tag" },
        { "kind: A\n<<: {x: s3cret}\n", "line 2, column 1", "name" },
        { "kind: A\n? [s3cret]\n: 1\n", "line 2", "name" },
        { "s3cret\n", "line 1, column 1", "an object is expected" },
        { "- s3cret\n", "line 1, column 1", "an object is expected" },
        { "items:\n- s3cret\n", "line 2, column 3", "an object is expected" },
        { "items: []\nkind: Secret\nname: s3cret\n", "line 1", "items" },
        { "kind: A\nx: 's3cret\n", "line", "no valid YAML" },
        { "kind: A\nx: s3cret\0hidden\n", "line 2", "U+0000" },
        { "kind: A\n---\n\uFEFFkind: s3cret\n", "line 3", "byte order mark" },
        { "{\"kind\":\"A\",\n \"x\":s3cret}", "line 2, column 6", "no valid JSON" },
        { "{\"kind\":\"A\",\n \"x\":\"s3cret", "line 2", "no valid JSON" },
        { "{\"kind\":\"A\",\n \"x\":\"\\ud83d s3cret\"}", "line 2, column 6", "Unicode" },
        { "{\"kind\":\"A\"}\nkind: s3cret\n", "line 2", "no valid JSON" },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void What_is_broken_is_named_with_its_place(string text, string place, string what)
    {
        MeshException error = Fails.With("ManifestInvalid", () => Read(text));
        Assert.Contains($"x.yaml, {place}", error.Message, StringComparison.Ordinal);
        Assert.Contains(what, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Other_encodings_are_named()
    {
        const string Text = "kind: Secret\nmetadata: {name: a}\n";
        foreach (Encoding encoding in new[] { Encoding.Unicode, Encoding.BigEndianUnicode, Encoding.UTF32 })
        {
            Assert.Contains("UTF-16", Fails.With("ManifestInvalid", () => Read([.. encoding.GetPreamble(), .. encoding.GetBytes(Text)])).Message, StringComparison.Ordinal);
        }

        Assert.Contains("UTF-16", Fails.With("ManifestInvalid", () => Read(Encoding.Unicode.GetBytes(Text))).Message, StringComparison.Ordinal);
        MeshException latin = Fails.With("ManifestInvalid", () => Read([.. "kind: Secret\nx: "u8, 0xE9, .. "\ny: 1\n"u8]));
        Assert.Contains("x.yaml, line 2: the text is not in UTF-8", latin.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Sound_objects_beside_broken_ones_are_read_if_somebody_takes_the_errors()
    {
        const string Yaml = "kind: A\nmetadata: {name: a}\n---\nkind: B\nkind: B\nx: &y 1\n---\n- 1\n---\nitems:\n- kind: C\n  z: *y\n- 7\n- kind: D\n  metadata: {name: d}\nkind: List\n---\nkind: E\nmetadata: {name: e}\n";
        const string Json = "{\"kind\":\"A\",\"metadata\":{\"name\":\"a\"}}\n{\"kind\":\"B\",\n\"kind\":\"B\"}\n[1]\n\n7 {\"items\":[{\"a\":\n\"\\ud800\"},7,{\"kind\":\"D\",\"metadata\":{\"name\":\"d\"}}]}\n{\"kind\":\"E\",\"metadata\":{\"name\":\"e\"}}";
        Assert.Equal((new[] { "A a", "D d", "E e" }, new[] { 5, 8, 12, 13 }), ReadAll(Yaml), Same);
        Assert.Equal((new[] { "A a", "D d", "E e" }, new[] { 3, 4, 6, 7, 7 }), ReadAll(Json), Same);
    }

    [Fact]
    public void What_follows_broken_text_is_not_guessed()
    {
        List<MeshException> errors = [];
        List<Manifest> found = [];
        Fails.With("ManifestInvalid", () =>
        {
            found.AddRange(ManifestReader.Read("kind: A\n---\nkind: 'B\n---\nkind: C\n", "x.yaml", errors.Add));
            return null;
        });
        Assert.Empty(errors);
    }

    [Fact]
    public void Large_mappings_find_keep_and_lose_their_fields()
    {
        ManifestNode node = ManifestNode.Mapping();
        for (int i = 0; i < 100; i++)
        {
            node.Set($"f{i}", ManifestNode.Number(i));
        }

        node.Set("f50", null).Set("f99", ManifestNode.Number(-1)).Set("f50", ManifestNode.Number(5));
        Assert.Equal("-1", node["f99"]);
        Assert.Equal("51", node["f51"]);
        Assert.Equal("f50", node.Fields.Last().Key);
        Assert.Equal(100, node.Fields.Count);
    }

    private static bool Same((string[] Objects, int[] Lines) one, (string[] Objects, int[] Lines) other) =>
        one.Objects.SequenceEqual(other.Objects) && one.Lines.SequenceEqual(other.Lines);

    /// <summary>The objects, and the lines of the errors.</summary>
    private static (string[] Objects, int[] Lines) ReadAll(string text)
    {
        List<MeshException> errors = [];
        string[] objects = [.. ManifestReader.Read(text, "x", errors.Add).Select(manifest => manifest.ToString())];
        return (objects, [.. errors.Select(error => int.Parse(error.Message.Split("line ")[1].Split([',', ':'])[0], null))]);
    }

    private static List<Manifest> Read(string text) => [.. ManifestReader.Read(text, "x.yaml")];

    private static List<Manifest> Read(byte[] text) => [.. ManifestReader.Read(text, "x.yaml")];
}
