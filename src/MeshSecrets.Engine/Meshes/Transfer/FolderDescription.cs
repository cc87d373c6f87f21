using System.Collections.Immutable;
using MeshSecrets.Certificates.Reading;
using MeshSecrets.Meshes.Manifests;

namespace MeshSecrets.Meshes.Transfer;

/// <summary>What the file beside the values of a folder may say. A field that is misspelt would be lost silently, so it is refused.</summary>
internal static class FolderDescription
{
    /// <summary>The names of the data keys, or <see langword="null"/> if the description does not list them.</summary>
    /// <param name="description">The description.</param>
    /// <returns>The names.</returns>
    internal static ImmutableHashSet<string>? KeysOf(Manifest description) =>
        description.Root.Find("data") is { } data ? [.. data.Entries.Select(entry => entry.Text!)] : null;

    /// <summary>Refuses fields that are not known, and values of another form than theirs.</summary>
    /// <param name="description">The description.</param>
    /// <returns>The same.</returns>
    /// <exception cref="MeshException"><c>ManifestInvalid</c>, with the place of the field.</exception>
    internal static Manifest Ensure(Manifest description)
    {
        foreach ((string field, ManifestNode value) in description.Root.Fields)
        {
            if (FaultOf(field, value) is var (place, fault))
            {
                throw ManifestErrors.Invalid(new SourcePlace(description.Source, place.Line, place.Column), $"the field '{field}' {fault}");
            }
        }

        return description;
    }

    private static (ManifestNode Place, string Fault)? FaultOf(string field, ManifestNode value) => field switch
    {
        "type" or "name" or "mesh" or "namespace" => IsText(value) ? null : (value, "is no text"),
        "labels" or "annotations" => TextsFault(value),
        "data" when value.Kind != ManifestNodeKind.Sequence => (value, "is no list of the data keys"),
        "data" => value.Entries.FirstOrDefault(entry => !IsText(entry)) is { } entry ? (entry, "lists something that is no text") : null,
        _ => (value, "is not known in the description of a folder"),
    };

    private static (ManifestNode Place, string Fault)? TextsFault(ManifestNode value)
    {
        if (value.Kind != ManifestNodeKind.Mapping)
        {
            return (value, "has no names with texts under it");
        }

        ManifestNode? nested = value.Fields.Select(pair => pair.Value).FirstOrDefault(each => !IsText(each));
        return nested is null ? null : (nested, "has something under it that is no text");
    }

    private static bool IsText(ManifestNode node) => node is { Kind: ManifestNodeKind.Scalar, Text: not null };
}
