using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MeshSecrets.Secrets;

/// <summary>
/// Whether a secret's values may never change: <c>immutable: true</c> of a Kubernetes Secret. It travels through stores in
/// the annotation of fields that a secret has no place for, and stands as itself in clusters and manifests. A cluster keeps
/// to it; to other stores it is a note for the cluster that the secret goes to.
/// </summary>
/// <remarks><see href="https://kubernetes.io/docs/concepts/configuration/secret/#secret-immutable"/>.</remarks>
public static class Immutability
{
    /// <summary>The annotation in which further fields of manifests travel through stores.</summary>
    internal const string FieldsAnnotation = "meshsecrets.io/manifest-fields";

    private const string Field = "immutable";

    /// <summary>Whether a secret is immutable.</summary>
    /// <param name="metadata">What is known of it.</param>
    /// <returns>Whether it is.</returns>
    /// <exception cref="MeshException"><c>ManifestInvalid</c>: the annotation of further fields is not JSON.</exception>
    public static bool IsImmutable(this SecretMetadata metadata) =>
        Fields(metadata)?[Field] is JsonValue value && value.GetValueKind() == JsonValueKind.True;

    /// <summary>The same, immutable or not.</summary>
    /// <param name="metadata">What is known of a secret.</param>
    /// <param name="immutable">Whether its values may never change.</param>
    /// <returns>The metadata to write.</returns>
    /// <exception cref="MeshException"><c>ManifestInvalid</c>: the annotation of further fields is not JSON.</exception>
    public static SecretMetadata WithImmutable(this SecretMetadata metadata, bool immutable)
    {
        JsonObject fields = Fields(metadata) ?? [];
        fields.Remove(Field);
        if (immutable)
        {
            fields[Field] = true;
        }

        ImmutableSortedDictionary<string, string> annotations = metadata.Annotations;
        return metadata with
        {
            Annotations = fields.Count > 0 ? annotations.SetItem(FieldsAnnotation, fields.ToJsonString()) : annotations.Remove(FieldsAnnotation),
        };
    }

    private static JsonObject? Fields(SecretMetadata metadata)
    {
        if (!metadata.Annotations.TryGetValue(FieldsAnnotation, out string? json))
        {
            return null;
        }

        try
        {
            return JsonNode.Parse(json, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false }) as JsonObject ?? throw SecretErrors.FieldsInvalid(FieldsAnnotation);
        }
        catch (JsonException)
        {
            throw SecretErrors.FieldsInvalid(FieldsAnnotation);
        }
    }
}
