using System.Buffers;
using System.Text.Json;
using MeshSecrets.Secrets;

namespace MeshSecrets.Stores.Kubernetes.Resources;

/// <summary>Resources as JSON: what is read from a server, and what is sent to it.</summary>
internal static class ResourceJson
{
    private static readonly string[] s_serversOwn = ["managedFields", "resourceVersion", "uid", "creationTimestamp", "generation", "selfLink", "deletionTimestamp", "deletionGracePeriodSeconds"];

    /// <summary>A resource that the server gave. In lists of its own kinds it leaves kind and version out.</summary>
    internal static ResourceDocument Read(JsonElement item, ApiResource resource)
    {
        JsonElement metadata = item.GetProperty("metadata");
        return new ResourceDocument(
            resource.Type,
            TextOf(metadata, "namespace"),
            TextOf(metadata, "name") ?? "",
            TextOf(metadata, "resourceVersion") ?? "",
            Write(item, resource.ApiVersion, resource.Type.Kind, TextOf(metadata, "namespace"), name => name == "managedFields", hasStatus: true));
    }

    /// <summary>A resource as it is applied: without what the server writes itself, in its namespace, and in place of which state.</summary>
    internal static ReadOnlyMemory<byte> ToApply(JsonElement item, ApiResource resource, string? @namespace, ResourceState? replaced) =>
        Write(item, resource.ApiVersion, resource.Type.Kind, @namespace, s_serversOwn.Contains, hasStatus: false, replaced);

    /// <summary>The state that a resource is in.</summary>
    internal static ResourceState StateOf(ResourceDocument document)
    {
        using JsonDocument json = JsonDocument.Parse(document.Json);
        return new ResourceState(TextOf(json.RootElement.GetProperty("metadata"), "uid"), document.ResourceVersion);
    }

    /// <summary>A text field, or <see langword="null"/>.</summary>
    internal static string? TextOf(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static ReadOnlyMemory<byte> Write(JsonElement item, string apiVersion, string kind, string? @namespace, Func<string, bool> isLeftOut, bool hasStatus, ResourceState? replaced = null)
    {
        ArrayBufferWriter<byte> json = new();
        using Utf8JsonWriter writer = new(json);
        writer.WriteStartObject();
        writer.WriteString("apiVersion", apiVersion);
        writer.WriteString("kind", kind);
        foreach (JsonProperty field in item.EnumerateObject())
        {
            if (field.NameEquals("metadata"))
            {
                WriteMetadata(writer, field.Value, @namespace, isLeftOut, replaced);
            }
            else if (!field.NameEquals("apiVersion") && !field.NameEquals("kind") && (hasStatus || !field.NameEquals("status")))
            {
                field.WriteTo(writer);
            }
        }

        writer.WriteEndObject();
        writer.Flush();
        return json.WrittenMemory;
    }

    private static void WriteMetadata(Utf8JsonWriter writer, JsonElement metadata, string? @namespace, Func<string, bool> isLeftOut, ResourceState? replaced)
    {
        writer.WriteStartObject("metadata");
        if (@namespace is not null)
        {
            writer.WriteString("namespace", @namespace);
        }

        if (replaced is not null)
        {
            writer.WriteString("resourceVersion", replaced.ResourceVersion);
        }

        if (replaced?.Uid is { } uid)
        {
            writer.WriteString("uid", uid);
        }

        foreach (JsonProperty field in metadata.EnumerateObject().Where(field => !field.NameEquals("namespace") && !isLeftOut(field.Name)))
        {
            if (field.NameEquals("annotations") && field.Value.ValueKind == JsonValueKind.Object)
            {
                WriteAnnotations(writer, field.Value);
            }
            else
            {
                field.WriteTo(writer);
            }
        }

        writer.WriteEndObject();
    }

    // Without what tools keep of the whole: the same once more, and perhaps of long ago.
    private static void WriteAnnotations(Utf8JsonWriter writer, JsonElement annotations)
    {
        writer.WriteStartObject("annotations");
        foreach (JsonProperty annotation in annotations.EnumerateObject().Where(annotation => !AppliedCopies.IsOne(annotation.Name)))
        {
            annotation.WriteTo(writer);
        }

        writer.WriteEndObject();
    }
}
