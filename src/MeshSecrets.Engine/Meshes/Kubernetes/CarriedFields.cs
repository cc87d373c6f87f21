using System.Collections.Immutable;
using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Secrets;
using MeshSecrets.Stores.Kubernetes;

namespace MeshSecrets.Meshes.Kubernetes;

/// <summary>
/// Fields of a Kubernetes object that a secret has no place for (<c>immutable</c>, <c>ownerReferences</c>,
/// <c>finalizers</c>, and any that are not known here): they are kept in an annotation of the product's own, as JSON, and
/// put back when the secret is written as a manifest.
/// </summary>
/// <remarks>
/// What the API server writes itself is left out, since it is of one cluster and one moment. So are the annotations
/// in which kubectl and other tools keep the last manifest (<see cref="AppliedCopies"/>): they quote the values; and the notes
/// that a store in a cluster keeps for itself (<see cref="SecretMapping.IsOwnNote"/>), which tell of what stands there.
/// </remarks>
internal static class CarriedFields
{
    /// <summary>The annotation.</summary>
    internal const string Annotation = Immutability.FieldsAnnotation;

    private const string Metadata = "metadata";

    private static readonly ImmutableHashSet<string> s_own = ["apiVersion", "kind", Metadata, "type", "data", "stringData"];

    private static readonly ImmutableHashSet<string> s_ownMetadata = ["name", "namespace", "labels", "annotations"];

    private static readonly ImmutableHashSet<string> s_ofServer =
    [
        "uid", "resourceVersion", "generation", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "managedFields", "selfLink",
    ];

    /// <summary>The annotations of a secret: those of the manifest, and one for the fields that are carried.</summary>
    /// <exception cref="MeshException"><c>ManifestInvalid</c>, if the manifest has that one itself: what is in it would become fields of the object.</exception>
    internal static ImmutableSortedDictionary<string, string> Read(Manifest manifest, ImmutableSortedDictionary<string, string> annotations)
    {
        if (annotations.ContainsKey(Annotation))
        {
            throw ManifestErrors.Invalid(new(manifest.Source, manifest.Root.Line), $"{manifest} has the annotation {Annotation}, which stands for fields of the object in a store and never in a manifest; remove it");
        }

        ManifestNode carried = ManifestNode.Mapping();
        foreach ((string name, ManifestNode value) in manifest.Root.Fields)
        {
            if (!s_own.Contains(name))
            {
                carried.Set(name, value);
            }
        }

        ManifestNode metadata = ManifestNode.Mapping();
        foreach ((string name, ManifestNode value) in manifest.Root.Find(Metadata)?.Fields ?? [])
        {
            if (!s_ownMetadata.Contains(name) && !s_ofServer.Contains(name))
            {
                metadata.Set(name, value);
            }
        }

        carried.Set(Metadata, metadata.Fields.Count > 0 ? metadata : null);
        annotations = annotations.RemoveRange(annotations.Keys.Where(key => AppliedCopies.IsOne(key) || SecretMapping.IsOwnNote(key)));
        return carried.Fields.Count > 0 ? annotations.SetItem(Annotation, ManifestWriter.ToCompactJson(carried)) : annotations;
    }

    /// <summary>The names of the fields that are carried, as they stand in a manifest: <c>immutable</c>, <c>metadata.ownerReferences</c>.</summary>
    internal static IReadOnlyList<string> NamesOf(ImmutableSortedDictionary<string, string> annotations)
    {
        if (!annotations.TryGetValue(Annotation, out string? json))
        {
            return [];
        }

        ManifestNode? carried = ManifestReader.Read(json, $"annotation {Annotation}").FirstOrDefault()?.Root;
        return
        [
            .. (carried?.Fields ?? []).Select(field => field.Key).Where(name => name != Metadata),
            .. (carried?.Find(Metadata)?.Fields ?? []).Select(field => $"{Metadata}.{field.Key}"),
        ];
    }

    /// <summary>Puts the fields back.</summary>
    /// <param name="annotations">The secret's annotations.</param>
    /// <param name="manifest">The manifest, which has its own fields already.</param>
    /// <exception cref="MeshException"><c>ManifestInvalid</c>, if somebody changed the annotation.</exception>
    internal static void Write(ImmutableSortedDictionary<string, string> annotations, Manifest manifest)
    {
        if (!annotations.TryGetValue(Annotation, out string? json))
        {
            return;
        }

        ManifestNode? carried = ManifestReader.Read(json, $"{manifest}, annotation {Annotation}").FirstOrDefault()?.Root;
        foreach ((string name, ManifestNode value) in carried?.Fields ?? [])
        {
            if (!s_own.Contains(name))
            {
                manifest.Root.Set(name, value);
            }
        }

        foreach ((string name, ManifestNode value) in carried?.Find(Metadata)?.Fields ?? [])
        {
            if (!s_ownMetadata.Contains(name) && !s_ofServer.Contains(name))
            {
                manifest.Root.Find(Metadata)!.Set(name, value);
            }
        }
    }
}
