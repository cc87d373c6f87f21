using System.Text.Json;

namespace MeshSecrets.Meshes.Manifests;

/// <summary>Writes nodes as JSON.</summary>
internal static class JsonEmitter
{
    internal static void Write(ManifestNode node, Utf8JsonWriter writer)
    {
        switch (node.Kind)
        {
            case ManifestNodeKind.Mapping:
                writer.WriteStartObject();
                foreach ((string name, ManifestNode value) in node.Fields)
                {
                    ScalarText.EnsureUnicode(name);
                    writer.WritePropertyName(name);
                    Write(value, writer);
                }

                writer.WriteEndObject();
                break;
            case ManifestNodeKind.Sequence:
                writer.WriteStartArray();
                foreach (ManifestNode entry in node.Entries)
                {
                    Write(entry, writer);
                }

                writer.WriteEndArray();
                break;
            default:
                WriteScalar(node, writer);
                break;
        }
    }

    private static void WriteScalar(ManifestNode scalar, Utf8JsonWriter writer)
    {
        if (scalar.Text is not { } text)
        {
            WriteBytes(scalar, writer);
        }
        else if (scalar.IsString || ScalarText.IsString(text))
        {
            ScalarText.EnsureUnicode(text);
            writer.WriteStringValue(text);
        }
        else if (text.Equals("true", StringComparison.OrdinalIgnoreCase) || text.Equals("false", StringComparison.OrdinalIgnoreCase))
        {
            writer.WriteBooleanValue(text[0] is 't' or 'T');
        }
        else if (ScalarText.IsJsonNumber(text))
        {
            writer.WriteRawValue(text);
        }
        else
        {
            throw ManifestErrors.ValueAmbiguous(scalar.Line, scalar.Column);
        }
    }

    private static void WriteBytes(ManifestNode scalar, Utf8JsonWriter writer)
    {
        if (scalar.IsString)
        {
            writer.WriteBase64StringValue(scalar.Bytes.Span);
        }
        else
        {
            writer.WriteNullValue();
        }
    }
}
