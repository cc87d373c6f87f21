namespace MeshSecrets.Stores.Kubernetes.Resources;

/// <summary>Where the errors of resources in clusters are born.</summary>
internal static class ResourceErrors
{
    internal static MeshException KindMissing(ResourceType type, string apiVersion, IReadOnlyCollection<string> served) => new(
        "ResourceKindMissing",
        MeshErrorKind.NotFound,
        $"The cluster has no {type.Kind} of {apiVersion}{(served.Count > 0 ? $", but of {string.Join(", ", served)}: write that apiVersion" : "")}. {(served.Count > 0 ? "" : "Install the mesh there first, which brings the definition of its kinds (CustomResourceDefinition), or check apiVersion and kind.")}".TrimEnd(),
        type.Kind);

    internal static MeshException Exists(string resource) => new(
        "ResourceExists", MeshErrorKind.AlreadyExists, $"{resource} exists already. Change it with -Force, or choose another name.", resource);

    internal static MeshException NotFound(string resource) => new(
        "ResourceNotFound", MeshErrorKind.NotFound, $"There is no {resource} in this cluster.", resource);

    internal static MeshException Conflict(string resource) => new(
        "ResourceConflict", MeshErrorKind.Conflict, $"{resource} was changed meanwhile. Read it again and repeat the change.", resource);

    internal static MeshException Invalid(string missing) => new(
        "ResourceInvalid", MeshErrorKind.InvalidData, $"What is to be applied is no resource of Kubernetes: it has no {missing}. Add it.", missing);
}
