using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using MeshSecrets.Meshes.Manifests;

namespace MeshSecrets.Meshes.Transfer;

/// <summary>JSON: a <c>List</c> of Kubernetes with all manifests.</summary>
public sealed partial class JsonList : IManifestText
{
    // Base64 has a '+', which need not be escaped where the text is no part of a page.
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private bool _isBegun;

    /// <inheritdoc/>
    public string Extension => ".json";

    [GeneratedRegex(@"^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Number { get; }

    /// <summary>Writes one manifest as it is, in no list.</summary>
    /// <param name="manifest">The manifest.</param>
    /// <param name="destination">Where the UTF-8 goes.</param>
    public static void WriteOne(Manifest manifest, IBufferWriter<byte> destination)
    {
        using Utf8JsonWriter writer = new(destination, s_options);
        Write(manifest.Root, writer);
    }

    /// <inheritdoc/>
    public void Write(Manifest manifest, IBufferWriter<byte> destination)
    {
        destination.Write(_isBegun ? ",\n"u8 : "{\"apiVersion\":\"v1\",\"kind\":\"List\",\"items\":[\n"u8);
        _isBegun = true;
        WriteOne(manifest, destination);
    }

    /// <inheritdoc/>
    public void End(IBufferWriter<byte> destination) => destination.Write("\n]}\n"u8);

    private static void Write(ManifestNode node, Utf8JsonWriter writer)
    {
        switch (node)
        {
            case { Kind: ManifestNodeKind.Mapping }:
                writer.WriteStartObject();
                foreach ((string name, ManifestNode value) in node.Fields)
                {
                    writer.WritePropertyName(name);
                    Write(value, writer);
                }

                writer.WriteEndObject();
                break;
            case { Kind: ManifestNodeKind.Sequence }:
                writer.WriteStartArray();
                foreach (ManifestNode entry in node.Entries)
                {
                    Write(entry, writer);
                }

                writer.WriteEndArray();
                break;
            case { Bytes.IsEmpty: false }:
                writer.WriteBase64StringValue(node.Bytes.Span);
                break;
            case { Text: null }:
                writer.WriteRawValue(node.IsString ? "\"\""u8 : "null"u8);
                break;
            case { IsString: false, Text: { } text } when text is "true" or "false" || Number.IsMatch(text):
                writer.WriteRawValue(text);
                break;
            default:
                writer.WriteStringValue(node.Text);
                break;
        }
    }
}
