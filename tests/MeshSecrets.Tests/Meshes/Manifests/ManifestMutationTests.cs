using System.Buffers;
using System.Text;
using System.Text.Json;
using MeshSecrets.Meshes;
using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Secrets;
using MeshSecrets.Tests.Certificates.Reading;

namespace MeshSecrets.Tests.Meshes.Manifests;

/// <summary>
/// Manifests that were altered at random are refused, or what is read of them is right: fields far from the change have
/// the values that they had, JSON says what another reader makes of it, and all of it can be written and read again.
/// </summary>
public sealed class ManifestMutationTests
{
    private const int Seed = 20261120;
    private const int Count = 15_000;

    private const string Block = """
        ---
        apiVersion: v1
        kind: Secret
        metadata:
          name: web
          namespace: shop
          labels:
            team: "1"
            app.kubernetes.io/name: 'web'
        type: Opaque # as ever
        data:
          token: dG9rLTQ3MTE=
          tls.crt: >-
            LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0t
            LS0tCk1JSUJ
          user: YWxpY2U=
        stringData:
          note: |
            first line
              second line

            last line
          number: "12"
        """;

    private const string Listed = """
        apiVersion: v1
        items:
        - kind: Secret
          apiVersion: v1
          metadata: {name: a, namespace: n, labels: {x: "1", y: two}}
          data: {k: YQ==}
        - apiVersion: v1
          kind: ConfigMap
          metadata:
            name: b
          data:
            c: "escaped \u00e9\n and \x41"
            list: '[1, 2, "three"]'
        - kind: Mesh
          metadata:
            name: default
          spec:
            mtls:
              enabledBackend: ca-1
              backends:
              - name: ca-1
                type: provided
                conf:
                  cert: {secret: my-cert}
                dpCert: {rotation: {expiration: 1d}}
        kind: List
        """;

    private const string Indented = """
        {
            "apiVersion": "v1",
            "items": [
                {
                    "apiVersion": "v1",
                    "data": { "token": "dG9rLTQ3MTE=", "user": "YWxpY2U=" },
                    "kind": "Secret",
                    "metadata": { "name": "web", "labels": { "team": "1" }, "generation": 12.50e1, "x": [true, false, null, -0.1] }
                },
                {
                    "kind": "ConfigMap",
                    "metadata": { "name": "b\u00e9\ud83d\ude00" },
                    "data": { "c": "line\nline\t\"quoted\" \\ \/" }
                }
            ],
            "kind": "List"
        }
        """;

    private const string Lines = """
        {"apiVersion":"v1","kind":"Secret","metadata":{"name":"alpha"},"data":{"k":"YQ=="}}
        {"apiVersion":"v1","kind":"Secret","metadata":{"name":"bravo"},"data":{"k":"Yg==","l":"Yw=="}}
        {"apiVersion":"v1","kind":"Secret","metadata":{"name":"charlie"},"data":{"k":"Yg=="}}
        {"apiVersion":"v1","kind":"Secret","metadata":{"name":"delta"},"data":{"k":"ZA=="}}
        {"apiVersion":"v1","kind":"Secret","metadata":{"name":"echo"},"data":{"k":"ZQ=="}}
        {"apiVersion":"v1","kind":"Secret","metadata":{"name":"foxtrot"},"data":{"k":"Zg=="}}
        {"apiVersion":"v1","kind":"Secret","metadata":{"name":"golf"},"data":{"k":"Zw=="}}
        {"apiVersion":"v1","kind":"Secret","metadata":{"name":"hotel"},"data":{"k":"aA=="}}
        """;

    private static readonly IReadOnlyDictionary<string, string> s_originals = new Dictionary<string, string>
    {
        ["YAML document"] = Block,
        ["YAML list"] = Listed,
        ["JSON list"] = Indented,
        ["JSON lines"] = Lines,
        ["YAML with Windows lines"] = Block.ReplaceLineEndings("\r\n"),
    };

    public static TheoryData<string> Names => [.. s_originals.Keys];

    [Fact]
    public void A_hundred_thousand_mutants_are_read_in_all()
    {
        int manifests = s_originals.Count * Count;
        int material = MutationTests.Runs.Sum(run => run.Data.Item2);
        TestContext.Current.TestOutputHelper!.WriteLine($"{material} mutants of PEM and DER, {manifests} of YAML and JSON.");
        Assert.True(manifests + material >= 100_000, $"{manifests} + {material}");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Altered_manifests_are_refused_or_read_right(string name)
    {
        byte[] original = Encoding.UTF8.GetBytes(s_originals[name]);
        Dictionary<string, Field> fields = Fields(original);
        Random random = new(Seed);
        int refused = 0;
        int compared = 0;
        for (int i = 0; i < Count; i++)
        {
            List<byte> bytes = [.. original];
            Edit edit = Change(bytes, random);
            bool once = i % 3 != 0;
            for (int more = once ? 0 : random.Next(1, 3); more > 0 && bytes.Count > 1; more--)
            {
                Change(bytes, random);
            }

            byte[] mutant = [.. bytes];
            try
            {
                List<Manifest> found = [.. ManifestReader.Read([.. mutant], "mutant")];
                compared += once ? Compare(found, fields, edit, mutant) : 0;
                Prove(found, mutant);
            }
            catch (MeshException e)
            {
                Assert.NotEmpty(e.ErrorId);
                refused++;
            }
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"{name}: {Count} mutants, {refused} refused, {compared} fields compared.");
        Assert.InRange(refused, Count / 50, Count * 49 / 50);
        Assert.InRange(compared, Count / 10, int.MaxValue);
    }

    /// <summary>What was read is a secret or refused as one, it can be written, and JSON is what another reader makes of it.</summary>
    private static void Prove(List<Manifest> found, byte[] mutant)
    {
        foreach (Manifest manifest in found)
        {
            ArrayBufferWriter<byte> written = new();
            ManifestWriter.WriteYaml(manifest, written);
            string yaml = Encoding.UTF8.GetString(written.WrittenSpan);
            Assert.True(manifest.Root.Fields.Count == 0 || ManifestTrees.Difference(manifest.Root, ManifestReader.Read(yaml, "again").Single().Root) is null, Show(mutant));
        }

        if (mutant is [(byte)'{', ..] && IsJson(mutant) is { } document)
        {
            using (document)
            {
                ManifestNode other = ManifestTrees.Take(document.RootElement);
                Manifest[] expected = [.. other.Find("items") is { } items ? items.Entries.Select(entry => new Manifest(entry, "")) : [new Manifest(other, "")]];
                Assert.True(expected.Length != found.Count || expected.Zip(found).All(pair => ManifestTrees.Difference(pair.First.Root, pair.Second.Root) is null), Show(mutant));
            }
        }

        foreach (Manifest manifest in found)
        {
            if (MeshDialects.RecognizeSecret(manifest) is { } form)
            {
                using Secret secret = form.Read(manifest);
                Assert.NotEmpty(secret.Id.Name);
            }
        }
    }

    private static JsonDocument? IsJson(byte[] mutant)
    {
        try
        {
            return JsonDocument.Parse(mutant);
        }
        catch (JsonException)
        {
            return null; // Several values, or YAML in its flow form.
        }
    }

    /// <summary>Fields that stand where nothing was changed, neither beside them, are what they were, or are not there.</summary>
    private static int Compare(List<Manifest> found, Dictionary<string, Field> fields, Edit edit, byte[] mutant)
    {
        int compared = 0;

        // A piece of one object that was copied into another may give it that one's name.
        foreach (Manifest manifest in found.GroupBy(manifest => manifest.Name).Where(same => same.Count() == 1).Select(same => same.Single()))
        {
            foreach ((string path, ManifestNode value) in Walk(manifest.Root, manifest.Name))
            {
                if (fields.TryGetValue(path, out Field? field) && (edit.End < field.From || edit.Start > field.To))
                {
                    Assert.True(field.Value == value.Text, $"{path} was altered by a change at {edit.Start} in {Show(mutant)}");
                    compared++;
                }
            }
        }

        return compared;
    }

    /// <summary>The scalars of the original, and the lines from the one before each to the one after it.</summary>
    private static Dictionary<string, Field> Fields(byte[] original)
    {
        List<int> starts = [0, .. Enumerable.Range(0, original.Length).Where(i => original[i] == '\n').Select(i => i + 1), original.Length + 1];
        Dictionary<string, Field> fields = new(StringComparer.Ordinal);
        foreach (Manifest manifest in ManifestReader.Read([.. original], "original"))
        {
            List<(string Path, ManifestNode Value)> all = [.. Walk(manifest.Root, manifest.Name)];
            foreach ((string path, ManifestNode value) in all)
            {
                int lines = Math.Max(value.Text?.Count(c => c == '\n') ?? 0, 2) + 2; // Blocks and folded texts go on for some.
                fields[path] = new Field(value.Text, starts[Math.Max(value.Line - 2, 0)], starts[Math.Min(value.Line + lines, starts.Count - 1)]);
            }
        }

        return fields;
    }

    private static IEnumerable<(string Path, ManifestNode Value)> Walk(ManifestNode node, string path) =>
        node.Kind == ManifestNodeKind.Scalar
            ? [(path, node)]
            : node.Fields.SelectMany(field => Walk(field.Value, $"{path}/{field.Key}")).Concat(node.Entries.SelectMany((entry, i) => Walk(entry, $"{path}[{i}]")));

    /// <summary>One change, and where it was.</summary>
    private static Edit Change(List<byte> bytes, Random random)
    {
        int at = random.Next(bytes.Count);
        switch (random.Next(8))
        {
            case 0:
                bytes[at] ^= (byte)(1 << random.Next(8));
                return new Edit(at, at);
            case 1:
                bytes[at] = (byte)random.Next(256);
                return new Edit(at, at);
            case 2:
                bytes.Insert(at, "\0\t\n\r !\"#%&'*,-.:;<=>?@[]`{|}~\\\x7F\xC2\xEF\xF0"u8[random.Next(37)]);
                return new Edit(at, at);
            case 3:
                bytes.RemoveAt(at);
                return new Edit(at, at);
            case 4:
                bytes.RemoveRange(at, bytes.Count - at);
                return new Edit(at, int.MaxValue);
            case 5:
                int length = Math.Min(random.Next(1, 64), bytes.Count - at);
                int to = random.Next(bytes.Count);
                bytes.InsertRange(to, bytes.GetRange(at, length));
                return new Edit(to, to);
            case 6:
                int cut = Math.Min(random.Next(1, 32), bytes.Count - at);
                bytes.RemoveRange(at, cut);
                return new Edit(at, at + cut);
            default:
                bytes[at] = "\0\t\n\r !\"#%&'*,-.:;<=>?@[]`{|}~"u8[random.Next(29)];
                return new Edit(at, at);
        }
    }

    private static string Show(byte[] mutant) => Encoding.Latin1.GetString(mutant);

    private sealed record Field(string? Value, int From, int To);

    private readonly record struct Edit(int Start, int End);
}
