using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace MeshSecrets.Stores.Kubernetes.Api;

/// <summary>The fields of a secret that one manager owns, as far as they are asked about: data keys, labels, annotations.</summary>
/// <remarks>Format: <see href="https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta/">FieldsV1</see>, a tree whose keys begin with <c>f:</c>.</remarks>
[JsonConverter(typeof(OwnedFieldsConverter))]
internal sealed class OwnedFields
{
    internal HashSet<string> Data { get; } = new(StringComparer.Ordinal);

    /// <summary>Those of the data keys that were set as <c>stringData</c>: the server does not see that these are the same values.</summary>
    internal HashSet<string> StringData { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether <c>immutable</c> is among them, true or false.</summary>
    internal bool TellsImmutable { get; set; }

    internal HashSet<string> Labels { get; } = new(StringComparer.Ordinal);

    internal HashSet<string> Annotations { get; } = new(StringComparer.Ordinal);

    /// <summary>As the server writes the fields of several managers together, a secret's type among them.</summary>
    internal static JsonObject Union(IEnumerable<OwnedFields> all)
    {
        OwnedFields union = new();
        foreach (OwnedFields fields in all)
        {
            union.Data.UnionWith(fields.Data);
            union.Labels.UnionWith(fields.Labels);
            union.Annotations.UnionWith(fields.Annotations);
        }

        return new JsonObject
        {
            ["f:data"] = Tree(union.Data),
            ["f:metadata"] = new JsonObject { ["f:annotations"] = Tree(union.Annotations), ["f:labels"] = Tree(union.Labels) },
            ["f:type"] = new JsonObject(),
        };
    }

    private static JsonObject Tree(IEnumerable<string> names) => new(names.Select(name => KeyValuePair.Create($"f:{name}", (JsonNode?)new JsonObject())));
}

/// <summary>Reads the tree without keeping what is not asked about: a list of ten thousand secrets has as many of them.</summary>
internal sealed class OwnedFieldsConverter : JsonConverter<OwnedFields>
{
    public override OwnedFields Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        OwnedFields fields = new();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("f:data"u8))
            {
                ReadNames(ref reader, fields.Data);
            }
            else if (reader.ValueTextEquals("f:stringData"u8))
            {
                ReadNames(ref reader, fields.StringData);
                fields.Data.UnionWith(fields.StringData);
            }
            else if (reader.ValueTextEquals("f:metadata"u8))
            {
                ReadMetadata(ref reader, fields);
            }
            else
            {
                fields.TellsImmutable |= reader.ValueTextEquals("f:immutable"u8);
                reader.Read();
                reader.TrySkip(); // Always whole: a converter is given no part of a value.
            }
        }

        return fields;
    }

    public override void Write(Utf8JsonWriter writer, OwnedFields value, JsonSerializerOptions options) =>
        throw new JsonException("What managers own is the server's to write.");

    private static void ReadMetadata(ref Utf8JsonReader reader, OwnedFields fields)
    {
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("f:labels"u8))
            {
                ReadNames(ref reader, fields.Labels);
            }
            else if (reader.ValueTextEquals("f:annotations"u8))
            {
                ReadNames(ref reader, fields.Annotations);
            }
            else
            {
                reader.Read();
                reader.TrySkip(); // Always whole: a converter is given no part of a value.
            }
        }
    }

    private static void ReadNames(ref Utf8JsonReader reader, HashSet<string> names)
    {
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            reader.Read();
            reader.TrySkip(); // Always whole: a converter is given no part of a value.
            if (name.StartsWith("f:", StringComparison.Ordinal))
            {
                names.Add(name[2..]);
            }
        }
    }
}
