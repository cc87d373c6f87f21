namespace MeshSecrets.Stores;

/// <summary>
/// A store that has resources beside secrets, each as what it is (Kubernetes: custom resources and ConfigMaps). Other
/// stores keep resources as secrets of the type <see cref="Secrets.SecretType.Resource"/>.
/// </summary>
public interface IResourceStore : ISecretStore
{
    /// <summary>Lists resources of kinds; a kind that the server does not know has none.</summary>
    /// <param name="kinds">The kinds.</param>
    /// <param name="namespace">Only those in this namespace; <see langword="null"/> for all that the store covers.</param>
    /// <param name="cancellationToken">Stops the operation.</param>
    /// <returns>The resources as they are read.</returns>
    IAsyncEnumerable<ResourceDocument> ListResourcesAsync(IReadOnlyCollection<ResourceType> kinds, string? @namespace, CancellationToken cancellationToken);

    /// <summary>Creates a resource, or changes the fields of it that are given, by server-side apply.</summary>
    /// <param name="json">The whole object as JSON, with apiVersion, kind and metadata.name.</param>
    /// <param name="createOnly">Whether one that exists is an error, <c>ResourceExists</c>.</param>
    /// <param name="cancellationToken">Stops the operation.</param>
    /// <returns>The resource as the server has it now.</returns>
    /// <exception cref="MeshException"><c>ResourceKindMissing</c> if the server does not know the kind, <c>FieldManagerConflict</c>, …</exception>
    Task<ResourceDocument> ApplyResourceAsync(ReadOnlyMemory<byte> json, bool createOnly, CancellationToken cancellationToken);

    /// <summary>Removes a resource.</summary>
    /// <param name="type">Its kind.</param>
    /// <param name="namespace">Its namespace; <see langword="null"/> if the kind has none.</param>
    /// <param name="name">Its name.</param>
    /// <param name="resourceVersion">Only if this is still the current one; <see langword="null"/> for any.</param>
    /// <param name="cancellationToken">Stops the operation.</param>
    /// <returns>A task.</returns>
    /// <exception cref="MeshException"><c>ResourceNotFound</c>, …</exception>
    Task DeleteResourceAsync(ResourceType type, string? @namespace, string name, string? resourceVersion, CancellationToken cancellationToken);
}

/// <summary>A kind of resource.</summary>
/// <param name="Group">The API group; empty for the core group.</param>
/// <param name="Kind">The kind, as <c>Gateway</c>.</param>
public sealed record ResourceType(string Group, string Kind);

/// <summary>A resource as the server has it.</summary>
/// <param name="Type">Its kind.</param>
/// <param name="Namespace">Its namespace, or <see langword="null"/>.</param>
/// <param name="Name">Its name.</param>
/// <param name="ResourceVersion">Changes with each write.</param>
/// <param name="Json">The whole object as JSON.</param>
public sealed record ResourceDocument(ResourceType Type, string? Namespace, string Name, string ResourceVersion, ReadOnlyMemory<byte> Json);
