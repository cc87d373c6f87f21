using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Secrets;

namespace MeshSecrets.Meshes.Transfer;

/// <summary>Where the errors about bringing secrets in and out are born.</summary>
internal static class TransferErrors
{
    internal static MeshException KindUnknown(Manifest manifest) => new(
        "ManifestKindUnknown",
        MeshErrorKind.InvalidData,
        $"the object is of the kind '{manifest.Kind}'{(manifest.ApiVersion is { } version ? $" ({version})" : "")}, and no mesh that is known has secrets or resources that use them of that kind. Leave such objects out with -SkipUnknown.",
        manifest.Source);

    internal static MeshException ScopeConflict(SecretId own, string wanted) => new(
        "ScopeConflict",
        MeshErrorKind.InvalidArgument,
        $"the object says itself that it is {own}, and {wanted} says otherwise. Leave that out, or change the manifest; a secret is moved with Copy-MeshSecret.",
        own);

    internal static MeshException MeshConflict(SecretId id, SecretId other) => new(
        "SecretMeshConflict",
        MeshErrorKind.AlreadyExists,
        $"{other} has the same name in the same namespace, so on Kubernetes both would be one object, and Kuma lets no secret change its mesh. Remove it first (Remove-MeshSecret {id.Name} {(other.Mesh is null ? "" : $"-Mesh {other.Mesh} ")}-Namespace {id.Namespace}), or choose another name.",
        id);

    internal static MeshException Different(SecretId id) => new(
        "SecretExists",
        MeshErrorKind.AlreadyExists,
        $"{id} exists already with other content. Overwrite it with -Force; a store that keeps versions keeps what it was.",
        id);

    internal static MeshException ResourceNotMoved(Manifest resource) => new(
        "ScopeConflict",
        MeshErrorKind.InvalidArgument,
        $"{resource} says itself where it belongs and is not moved on its way out. Leave -TargetNamespace and -TargetMesh out for it; for resources of Kuma say -Format KumaKubernetes or KumaUniversal besides.",
        resource.ToString());

    internal static MeshException FilesOfAnother(string path, SecretId id, SecretId other) => new(
        "ExportOverwrites",
        MeshErrorKind.InvalidArgument,
        $"'{path}' has just taken {other}, which {id} would overwrite. Export each scope into a folder of its own (-Mesh, -Namespace, -Global).",
        id);

    internal static MeshException ObjectOfAnother(string path, Manifest manifest, SecretId id, SecretId other) => new(
        "ExportOverwrites",
        MeshErrorKind.InvalidArgument,
        $"{other} and {id} would both be {manifest}, and one would overwrite the other where '{path}' is applied; the file was not written. Export each scope into a file of its own (-Mesh, -Namespace, -Global).",
        id);

    /// <summary>The error of one object among many, with its place before it unless the message begins with that.</summary>
    internal static MeshException InObject(string source, string place, MeshException error) =>
        error.Message.StartsWith(source, StringComparison.Ordinal)
            ? error
            : new MeshException(error.ErrorId, error.Kind, $"{place}: {error.Message}", error.Target, error);
}
