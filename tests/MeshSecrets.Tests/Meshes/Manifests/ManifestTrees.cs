using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using MeshSecrets.Meshes.Manifests;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace MeshSecrets.Tests.Meshes.Manifests;

/// <summary>Random trees of nodes with texts that like to be taken for something else, and what other readers make of them.</summary>
internal static class ManifestTrees
{
    private static readonly string[] s_pieces =
    [
        "a", "Z", "0", "1", " ", "  ", "\n", "\n\n", "\t", ":", ": ", " #", "#", "-", "- ", "?", "'", "\"", "\\", "\r", "\r\n", "{", "}", "[", "]", ",", "&", "*", "!", "|", ">", "%", "@", "`",
        "~", "null", "true", "yes", "0x1", "1e3", ".", "_", "+", "=", "<<", "---", "...", "\0", "\x1B", "\x7F", "\x85", "\xA0", "é", "\u2028", "\uFEFF", "\U0001F600", "-----BEGIN CERTIFICATE-----\n", "spiffe://", "/", "x: |\n  y",
    ];

    private static Gen<string> Texts => Gen.OneOf(
        from count in Gen.Choose(0, 8)
        from pieces in Gen.Elements(s_pieces).ArrayOf(count)
        select string.Concat(pieces),
        Gen.Constant(new string('k', 300) + ": "));

    private static Gen<ManifestNode> Scalars => Gen.OneOf(
        Texts.Select(text => ManifestNode.String(text)),
        Texts.Select(text => ManifestNode.String(text)),
        Gen.Choose(-1000, 1000).Select(number => ManifestNode.Number(number)),
        Gen.Elements(true, false).Select(ManifestNode.Boolean),
        Gen.Constant(0).Select(_ => ManifestNode.Scalar(null, isString: false, 0, 0)),
        Gen.Choose(0, 255).Select(value => (byte)value).ArrayOf().Select(bytes => ManifestNode.Base64(bytes)));

    internal static Gen<ManifestNode> Roots => Gen.Sized(size => Mappings(Math.Min(size, 30)).Select(root => root.Set("kind", ManifestNode.String("X"))));

    private static Gen<ManifestNode> Nodes(int size) => size <= 1
        ? Scalars
        : Gen.OneOf(Scalars, Mappings(size / 2), Nodes(size / 2).ArrayOf(3).Select(entries => ManifestNode.Sequence(entries)), Nodes(size / 4).ArrayOf().Select(entries => ManifestNode.Sequence(entries.Take(3))));

    private static Gen<ManifestNode> Mappings(int size) =>
        from names in Texts.ArrayOf(Math.Min(size, 5))
        from values in Nodes(size / 2).ArrayOf(names.Length)
        select ManifestNode.Mapping([.. names.Zip(values).DistinctBy(pair => pair.First).Select(pair => (pair.First, (ManifestNode?)pair.Second))]);

    /// <summary>Where two trees differ, or <see langword="null"/>; bytes are what base64 says.</summary>
    internal static string? Difference(ManifestNode one, ManifestNode other)
    {
        if (one.Kind != other.Kind || Text(one) != Text(other) || (one.Kind == ManifestNodeKind.Scalar && IsString(one) != IsString(other)))
        {
            return $"{one.Kind} {JsonSerializer.Serialize(Text(one))} became {other.Kind} {JsonSerializer.Serialize(Text(other))}";
        }

        if (!one.Fields.Select(field => field.Key).SequenceEqual(other.Fields.Select(field => field.Key)) || one.Entries.Count != other.Entries.Count)
        {
            return $"{JsonSerializer.Serialize(one.Fields.Select(field => field.Key))} became {JsonSerializer.Serialize(other.Fields.Select(field => field.Key))}";
        }

        return one.Fields.Select(field => field.Value).Concat(one.Entries)
            .Zip(other.Fields.Select(field => field.Value).Concat(other.Entries), Difference)
            .FirstOrDefault(difference => difference is not null);
    }

    /// <summary>What YamlDotNet reads.</summary>
    internal static ManifestNode Take(Parser parser)
    {
        if (parser.TryConsume<Scalar>(out Scalar? scalar))
        {
            bool plain = scalar!.Style == ScalarStyle.Plain;
            return ManifestNode.Scalar(plain && scalar.Value == "null" ? null : scalar.Value, !plain, 0, 0);
        }

        if (parser.TryConsume<SequenceStart>(out SequenceStart? _))
        {
            ManifestNode sequence = ManifestNode.Sequence();
            while (!parser.TryConsume<SequenceEnd>(out SequenceEnd? _))
            {
                sequence.Add(Take(parser));
            }

            return sequence;
        }

        parser.Consume<MappingStart>();
        ManifestNode mapping = ManifestNode.Mapping();
        while (!parser.TryConsume<MappingEnd>(out MappingEnd? _))
        {
            string name = parser.Consume<Scalar>().Value;
            Assert.True(mapping.TryAdd(name, Take(parser)), name);
        }

        return mapping;
    }

    /// <summary>What System.Text.Json reads.</summary>
    internal static ManifestNode Take(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Array:
                return ManifestNode.Sequence(element.EnumerateArray().Select(Take));
            case JsonValueKind.Object:
                ManifestNode mapping = ManifestNode.Mapping();
                foreach (JsonProperty property in element.EnumerateObject())
                {
                    Assert.True(mapping.TryAdd(property.Name, Take(property.Value)), property.Name);
                }

                return mapping;
            case JsonValueKind.String:
                return ManifestNode.String(element.GetString())!;
            default:
                return ManifestNode.Scalar(element.ValueKind == JsonValueKind.Null ? null : element.GetRawText(), isString: false, 0, 0);
        }
    }

    private static string? Text(ManifestNode node) =>
        node is { Kind: ManifestNodeKind.Scalar, Text: null, IsString: true } ? Convert.ToBase64String(node.Bytes.Span) : node.Text;

    /// <summary>An unquoted scalar that nobody takes for anything else is a string, too.</summary>
    private static bool IsString(ManifestNode node) => node.IsString || (node.Text is { } text && ScalarText.IsString(text));
}
