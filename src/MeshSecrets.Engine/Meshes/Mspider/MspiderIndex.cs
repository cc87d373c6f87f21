using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using MeshSecrets.Secrets;

namespace MeshSecrets.Meshes.Mspider;

/// <summary>
/// The entry of the console's index in an annotation: what it lists and searches by, a copy of the metadata. Where the
/// two differ, the console shows what is not so.
/// </summary>
internal sealed class MspiderIndex
{
    // The server leaves '+' and the like as they are.
    private static readonly JsonSerializerOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly JsonObject _fields;

    private MspiderIndex(JsonObject fields) => _fields = fields;

    /// <summary>The cluster that the entry names, or <see langword="null"/>.</summary>
    internal string? Cluster => TextOf("cluster");

    /// <summary>Reads an entry; <see langword="null"/> if the text is no JSON object.</summary>
    internal static MspiderIndex? TryParse(string text)
    {
        try
        {
            return JsonNode.Parse(text) is JsonObject fields ? new MspiderIndex(fields) : null;
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            return null; // No JSON, or a field twice.
        }
    }

    /// <summary>The fields that say otherwise than the metadata.</summary>
    internal IEnumerable<string> FindDifferent(SecretMetadata metadata) =>
        Expected(metadata).Where(field => TextOf(field.Name) != field.Value).Select(field => field.Name);

    /// <summary>The entry as the metadata has it; the text as it was if nothing differs, so that nothing is changed without need.</summary>
    internal string Update(SecretMetadata metadata, string text)
    {
        if (!FindDifferent(metadata).Any())
        {
            return text;
        }

        foreach ((string name, string value) in Expected(metadata))
        {
            _fields[name] = value;
        }

        return _fields.ToJsonString(s_options);
    }

    /// <summary>What the entry repeats of the metadata. When it was created, on which cluster and whether it is deleted is the server's.</summary>
    private static IEnumerable<(string Name, string Value)> Expected(SecretMetadata metadata)
    {
        yield return ("labels", Labels(metadata.Labels));
        yield return ("name", metadata.Id.Name);
        if (metadata.Id.Namespace is { } @namespace)
        {
            yield return ("namespace", @namespace);
        }

        yield return ("type", metadata.Type);
    }

    /// <summary>All labels in one text, each in quotes and followed by a comma: <c>"a=1","b=2",</c>.</summary>
    private static string Labels(ImmutableSortedDictionary<string, string> labels) =>
        string.Concat(labels.Select(label => $"\"{label.Key}={label.Value}\","));

    private string? TextOf(string field) => _fields[field] is JsonValue value && value.TryGetValue(out string? text) ? text : null;
}
