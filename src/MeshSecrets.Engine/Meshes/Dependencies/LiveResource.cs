using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using MeshSecrets.Meshes.Formats;
using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;

namespace MeshSecrets.Meshes.Dependencies;

/// <summary>A resource of a cluster as a manifest, as a stored resource, and back.</summary>
internal static class LiveResource
{
    // Only Kuma has resources in a form outside Kubernetes.
    private const string KumaForm = "KumaKubernetes";

    private static readonly string[] s_clustersOwn = ["uid", "resourceVersion", "creationTimestamp", "generation", "selfLink", "deletionTimestamp", "deletionGracePeriodSeconds"];

    /// <summary>The resource, with its identity as a stored one for its source.</summary>
    internal static Manifest Read(ResourceDocument document)
    {
        Manifest read = ManifestReader.Read(document.Json.ToArray(), $"{document.Type.Kind} {document.Name}").Single();
        return new Manifest(read.Root, StoredResource.IdOf(read).ToString());
    }

    /// <summary>The resource without what is this cluster's alone, as it goes elsewhere.</summary>
    internal static Manifest ToKeep(Manifest resource)
    {
        ManifestNode metadata = resource.Root.Find("metadata")!;
        foreach (string field in s_clustersOwn)
        {
            metadata.Set(field, null);
        }

        resource.Root.Set("status", null);
        return resource;
    }

    /// <summary>What is known of it, as of a stored resource.</summary>
    internal static SecretMetadata Describe(ResourceDocument document, Manifest resource)
    {
        DateTimeOffset created = DateTimeOffset.TryParse(resource.Root.Find("metadata")?["creationTimestamp"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time) ? time : default;
        return new SecretMetadata
        {
            Id = StoredResource.IdOf(resource),
            Type = SecretType.Resource,
            Labels = resource.Labels.SetItem(StoredResource.KindLabel, resource.Kind),
            DataKeys = [StoredResource.ResourceKey],
            ResourceVersion = document.ResourceVersion,
            CreatedAt = created,
            UpdatedAt = created,
        };
    }

    /// <summary>A stored resource as a cluster takes it: in the form of Kubernetes, in the scope that its identity names.</summary>
    internal static Manifest ToApply(Secret stored)
    {
        Manifest kept = StoredResource.Read(stored);
        Manifest resource = kept.IsUniversal ? MeshDialects.FindSecretForm(KumaForm).WriteResource(kept, FormatTarget.Default) : kept;
        ManifestNode metadata = resource.Root.Find("metadata")!;
        if (resource.Namespace is null && stored.Id.Namespace is { } @namespace)
        {
            metadata.Set("namespace", ManifestNode.String(@namespace));
        }

        ImmutableSortedDictionary<string, string> labels = stored.Metadata.Labels.Remove(StoredResource.KindLabel);
        foreach ((string label, string value) in labels)
        {
            if (metadata.Find("labels") is null)
            {
                metadata.Set("labels", ManifestNode.Mapping());
            }

            metadata.Find("labels")!.Set(label, ManifestNode.String(value));
        }

        return resource;
    }

    internal static ReadOnlyMemory<byte> ToJson(Manifest resource)
    {
        ArrayBufferWriter<byte> json = new();
        ManifestWriter.WriteJson(resource, json);
        return json.WrittenMemory;
    }

    /// <summary>Whether all that a resource says is so already; what the cluster has beside that is its own affair.</summary>
    internal static bool IsAsApplied(Manifest wanted, Manifest present)
    {
        using JsonDocument expected = JsonDocument.Parse(ToJson(wanted));
        using JsonDocument found = JsonDocument.Parse(ToJson(present));
        return expected.RootElement.EnumerateObject()
            .Where(field => !field.NameEquals("status") && !field.NameEquals("apiVersion")) // The server may give it in another version of its group.
            .All(field => field.NameEquals("metadata") ? IsWithinMetadata(field.Value, found.RootElement.GetProperty("metadata")) : IsWithin(field, found.RootElement));
    }

    private static bool IsWithinMetadata(JsonElement wanted, JsonElement present) =>
        wanted.EnumerateObject().Where(field => field.Name is "labels" or "annotations").All(field => IsWithin(field, present));

    private static bool IsWithin(JsonProperty wanted, JsonElement present) =>
        present.TryGetProperty(wanted.Name, out JsonElement value) ? IsWithin(wanted.Value, value) : wanted.Value.ValueKind == JsonValueKind.Null;

    private static bool IsWithin(JsonElement wanted, JsonElement present) => wanted.ValueKind switch
    {
        JsonValueKind.Object => present.ValueKind == JsonValueKind.Object && wanted.EnumerateObject().All(field => IsWithin(field, present)),
        JsonValueKind.Array => present.ValueKind == JsonValueKind.Array && wanted.GetArrayLength() == present.GetArrayLength()
            && wanted.EnumerateArray().Zip(present.EnumerateArray()).All(pair => IsWithin(pair.First, pair.Second)),
        _ => JsonElement.DeepEquals(wanted, present),
    };
}
