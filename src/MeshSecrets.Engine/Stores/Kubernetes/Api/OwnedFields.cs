using System.Text.Json;
using System.Text.Json.Serialization;

namespace MeshSecrets.Stores.Kubernetes.Api;

/// <summary>The fields of a secret that one manager owns, as far as they are asked about: data keys, labels, annotations.</summary>
/// <remarks>Format: <see href="https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta/">FieldsV1</see>, a tree whose keys begin with <c>f:</c>.</remarks>
[JsonConverter(typeof(OwnedFieldsConverter))]
internal sealed class OwnedFields
{
    internal HashSet<string> Data { get; } = new(StringComparer.Ordinal);

    internal HashSet<string> Labels { get; } = new(StringComparer.Ordinal);

    internal HashSet<string> Annotations { get; } = new(StringComparer.Ordinal);
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
            else if (reader.ValueTextEquals("f:metadata"u8))
            {
                ReadMetadata(ref reader, fields);
            }
            else
            {
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
