using System.Collections.Immutable;
using MeshSecrets.Secrets;

namespace MeshSecrets.Meshes.Manifests;

/// <summary>
/// One object of a manifest: a Kubernetes object (<c>apiVersion</c>, <c>kind</c>, <c>metadata</c>), or a resource as
/// Kuma writes it outside Kubernetes (<c>type</c>, <c>name</c>, <c>mesh</c>, all else at the top).
/// </summary>
/// <param name="root">The object's mapping.</param>
/// <param name="source">Where it was read: a path, a parameter's name or a store's; for messages.</param>
public sealed class Manifest(ManifestNode root, string source)
{
    private const string MeshLabel = "kuma.io/mesh";

    /// <summary>The object's mapping.</summary>
    public ManifestNode Root { get; } = root;

    /// <summary>Where it was read.</summary>
    public string Source { get; } = source;

    /// <summary>The API group and version, or <see langword="null"/> in Kuma's own form.</summary>
    public string? ApiVersion => Root["apiVersion"];

    /// <summary>The API group: empty for Kubernetes' core, <see langword="null"/> in Kuma's own form.</summary>
    public string? ApiGroup => ApiVersion is not { } version ? null
        : version.IndexOf('/', StringComparison.Ordinal) is >= 0 and int slash ? version[..slash] : "";

    /// <summary>The kind: <c>Secret</c>, <c>Mesh</c>, <c>Gateway</c>; empty if the object names none.</summary>
    public string Kind => Root["kind"] ?? (IsUniversal ? Root["type"]! : "");

    /// <summary>Whether it is in the form that Kuma writes outside Kubernetes.</summary>
    public bool IsUniversal => ApiVersion is null && Root["kind"] is null && Metadata is null && Root["type"] is not null;

    /// <summary>The name; empty if the object has none.</summary>
    public string Name => Metadata?["name"] ?? Root["name"] ?? "";

    /// <summary>The namespace, or <see langword="null"/>.</summary>
    public string? Namespace => Metadata?["namespace"];

    /// <summary>The mesh that the object names itself, by field or label, or <see langword="null"/>.</summary>
    public string? Mesh => IsUniversal ? Root["mesh"] : Metadata?.Find("labels")?[MeshLabel];

    /// <summary>The labels.</summary>
    public ImmutableSortedDictionary<string, string> Labels => ReadTexts("labels");

    /// <summary>The annotations.</summary>
    public ImmutableSortedDictionary<string, string> Annotations => ReadTexts("annotations");

    /// <summary>What the object asks for: <c>spec</c>, or the object itself in Kuma's own form.</summary>
    public ManifestNode Spec => Root.Find("spec") ?? Root;

    private ManifestNode? Metadata => Root.Find("metadata");

    /// <summary>A Kubernetes object with its metadata.</summary>
    /// <param name="apiVersion">Group and version.</param>
    /// <param name="kind">The kind.</param>
    /// <param name="name">The name.</param>
    /// <param name="namespace">The namespace, or <see langword="null"/>.</param>
    /// <param name="labels">Labels, or <see langword="null"/>.</param>
    /// <param name="annotations">Annotations, or <see langword="null"/>.</param>
    /// <exception cref="MeshException"><c>NamespaceInvalid</c>.</exception>
    /// <returns>The object; the caller adds <c>spec</c> or <c>data</c> to its <see cref="Root"/>.</returns>
    public static Manifest Create(
        string apiVersion,
        string kind,
        string name,
        string? @namespace = null,
        IReadOnlyDictionary<string, string>? labels = null,
        IReadOnlyDictionary<string, string>? annotations = null)
    {
        ManifestNode metadata = ManifestNode.Mapping(
            ("name", ManifestNode.String(name)),
            ("namespace", ManifestNode.String(@namespace is null ? null : ResourceName.Namespace(@namespace))),
            ("labels", Texts(labels)),
            ("annotations", Texts(annotations)));
        ManifestNode root = ManifestNode.Mapping(
            ("apiVersion", ManifestNode.String(apiVersion)),
            ("kind", ManifestNode.String(kind)),
            ("metadata", metadata));
        return new Manifest(root, $"{kind} {name}");
    }

    /// <summary>Kind and name, as messages name it.</summary>
    /// <returns>For example <c>Secret istio-system/cacerts</c>.</returns>
    public override string ToString()
    {
        string name = Name.Length == 0 ? "without name" : Name;
        string scope = (Namespace ?? (IsUniversal ? Root["mesh"] : null)) is { } within ? $"{within}/" : "";
        return $"{(Kind.Length == 0 ? "object" : Kind)} {scope}{name}";
    }

    private static ManifestNode? Texts(IReadOnlyDictionary<string, string>? texts)
    {
        if (texts is not { Count: > 0 })
        {
            return null;
        }

        ManifestNode mapping = ManifestNode.Mapping();
        foreach ((string key, string value) in texts)
        {
            mapping.Set(key, ManifestNode.String(value));
        }

        return mapping;
    }

    private ImmutableSortedDictionary<string, string> ReadTexts(string field) =>
        (Metadata?.Find(field)?.Fields ?? Root.Find(field)?.Fields ?? [])
            .Where(pair => pair.Value.Kind == ManifestNodeKind.Scalar)
            .ToImmutableSortedDictionary(pair => pair.Key, pair => pair.Value.Text ?? "", StringComparer.Ordinal);
}
