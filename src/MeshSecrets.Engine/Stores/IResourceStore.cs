namespace MeshSecrets.Stores;

/// <summary>
/// A store that has resources beside secrets, each as what it is (Kubernetes: custom resources and ConfigMaps). Other
/// stores keep resources as secrets of the type <see cref="Secrets.SecretType.Resource"/>.
/// </summary>
public interface IResourceStore : ISecretStore
{
    /// <summary>Lists resources; a kind that the server does not know has none.</summary>
    /// <param name="selections">Which ones.</param>
    /// <param name="namespace">Only those in this namespace; <see langword="null"/> for all that the store covers.</param>
    /// <param name="denied">Told of each kind that may not be listed, after which the next one is; <see langword="null"/> to throw it.</param>
    /// <param name="cancellationToken">Stops the operation.</param>
    /// <returns>The resources as they are read.</returns>
    IAsyncEnumerable<ResourceDocument> ListResourcesAsync(IReadOnlyCollection<ResourceSelection> selections, string? @namespace, Action<MeshException>? denied, CancellationToken cancellationToken);

    /// <summary>Reads one resource.</summary>
    /// <param name="type">Its kind.</param>
    /// <param name="namespace">Its namespace, of no account if the kind has none; <see langword="null"/> for the store's usual one.</param>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Stops the operation.</param>
    /// <returns>The resource, or <see langword="null"/> if there is none, or no such kind.</returns>
    Task<ResourceDocument?> GetResourceAsync(ResourceType type, string? @namespace, string name, CancellationToken cancellationToken);

    /// <summary>Creates a resource, or changes the fields of it that are given, by server-side apply.</summary>
    /// <param name="json">The whole object as JSON, with apiVersion, kind and metadata.name.</param>
    /// <param name="createOnly">Whether one that exists already is an error, <c>ResourceExists</c>.</param>
    /// <param name="resourceVersion">Only if this is still the current one, else <c>ResourceConflict</c>; <see langword="null"/> for any.</param>
    /// <param name="cancellationToken">Stops the operation.</param>
    /// <returns>The resource as the server has it now.</returns>
    /// <exception cref="MeshException"><c>ResourceKindMissing</c> if the server does not know the kind, <c>FieldManagerConflict</c>, …</exception>
    Task<ResourceDocument> ApplyResourceAsync(ReadOnlyMemory<byte> json, bool createOnly, string? resourceVersion, CancellationToken cancellationToken);

    /// <summary>Removes a resource, and no other that gets its name meanwhile.</summary>
    /// <param name="type">Its kind.</param>
    /// <param name="namespace">Its namespace, of no account if the kind has none; <see langword="null"/> for the store's usual one.</param>
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

/// <summary>Resources of a kind: all, or those of a name or label.</summary>
/// <param name="Type">The kind.</param>
/// <param name="Name">Only those of this name, in whatever namespace; <see langword="null"/> for any.</param>
/// <param name="Label">Only those with this label, whatever its value; <see langword="null"/> for any.</param>
public sealed record ResourceSelection(ResourceType Type, string? Name = null, string? Label = null);

/// <summary>A resource as the server has it.</summary>
/// <param name="Type">Its kind.</param>
/// <param name="Namespace">Its namespace, or <see langword="null"/>.</param>
/// <param name="Name">Its name.</param>
/// <param name="ResourceVersion">Changes with each write.</param>
/// <param name="Json">The object as JSON, without what the server notes of who set which field, and without kubectl's copy of it.</param>
public sealed record ResourceDocument(ResourceType Type, string? Namespace, string Name, string ResourceVersion, ReadOnlyMemory<byte> Json);
