using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace MeshSecrets.Meshes.Manifests;

/// <summary>Writes manifests as YAML or JSON that <c>kubectl apply -f</c> and <c>kumactl apply -f</c> take.</summary>
/// <remarks>What is written is read again as it was: by this product, by YAML 1.1 and by YAML 1.2.</remarks>
public static class ManifestWriter
{
    private static readonly JsonWriterOptions s_indented = new() { Indented = true, IndentSize = 4, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonWriterOptions s_compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes one YAML document, its mark <c>---</c> before it.</summary>
    /// <param name="manifest">The object.</param>
    /// <param name="destination">Where the UTF-8 goes; the caller zeroes what holds secrets.</param>
    /// <exception cref="MeshException"><c>ManifestTextInvalid</c>.</exception>
    public static void WriteYaml(Manifest manifest, IBufferWriter<byte> destination)
    {
        destination.Write("---\n"u8);
        new YamlEmitter(destination).WriteRoot(manifest.Root);
    }

    /// <summary>Writes YAML, a document for each object, as they come.</summary>
    /// <param name="manifests">The objects; each is asked for when the one before is written.</param>
    /// <param name="destination">Where the UTF-8 goes; it stays the caller's.</param>
    /// <exception cref="MeshException"><c>ManifestTextInvalid</c>.</exception>
    public static void WriteYaml(IEnumerable<Manifest> manifests, Stream destination)
    {
        ArrayBufferWriter<byte> buffer = new(4096);
        foreach (Manifest manifest in manifests)
        {
            WriteYaml(manifest, buffer);
            Flush(buffer, destination);
        }
    }

    /// <summary>Writes one object as JSON, with a line feed at the end.</summary>
    /// <param name="manifest">The object.</param>
    /// <param name="destination">Where the UTF-8 goes; the caller zeroes what holds secrets.</param>
    /// <exception cref="MeshException"><c>ManifestTextInvalid</c>, <c>ManifestValueAmbiguous</c>.</exception>
    public static void WriteJson(Manifest manifest, IBufferWriter<byte> destination)
    {
        using (Utf8JsonWriter writer = new(destination, s_indented))
        {
            JsonEmitter.Write(manifest.Root, writer);
        }

        destination.Write("\n"u8);
    }

    /// <summary>Writes objects as JSON, as they come: one as it is, several as a <c>List</c> of Kubernetes.</summary>
    /// <param name="manifests">The objects; each is asked for when the one before is written.</param>
    /// <param name="destination">Where the UTF-8 goes; it stays the caller's.</param>
    /// <exception cref="MeshException"><c>ManifestTextInvalid</c>, <c>ManifestValueAmbiguous</c>.</exception>
    public static void WriteJson(IEnumerable<Manifest> manifests, Stream destination)
    {
        ArrayBufferWriter<byte> buffer = new(4096);
        using IEnumerator<Manifest> objects = manifests.GetEnumerator();
        Manifest? first = objects.MoveNext() ? objects.Current : null;
        Manifest? second = first is not null && objects.MoveNext() ? objects.Current : null;
        if (first is not null && second is null)
        {
            WriteJson(first, buffer);
            Flush(buffer, destination);
            return;
        }

        using Utf8JsonWriter writer = new(buffer, s_indented);
        writer.WriteStartObject();
        writer.WriteString("apiVersion"u8, "v1"u8);
        writer.WriteString("kind"u8, "List"u8);
        writer.WriteStartArray("items"u8);
        for (Manifest? manifest = first; manifest is not null; (manifest, second) = (second, objects.MoveNext() ? objects.Current : null))
        {
            JsonEmitter.Write(manifest.Root, writer);
            writer.Flush();
            Flush(buffer, destination);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.Flush();
        buffer.Write("\n"u8);
        Flush(buffer, destination);
    }

    /// <summary>A node as JSON in one line.</summary>
    internal static string ToCompactJson(ManifestNode node)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer, s_compact))
        {
            JsonEmitter.Write(node, writer);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Hands a buffer on, and zeroes it, for secrets were in it.</summary>
    private static void Flush(ArrayBufferWriter<byte> buffer, Stream destination)
    {
        destination.Write(buffer.WrittenSpan);
        buffer.Clear();
    }
}
