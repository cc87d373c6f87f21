using MeshSecrets.Secrets;

namespace MeshSecrets.Stores;

/// <summary>
/// A store in which every secret stands in a namespace (Kubernetes). It places those that name none, so that the same
/// script works on it and on a store without namespaces.
/// </summary>
public interface INamespacedStore : ISecretStore
{
    /// <summary>The namespace of what names neither mesh nor namespace; for Kubernetes, that of the context.</summary>
    string UsualNamespace { get; }

    /// <summary>The same store with listings of all namespaces, whichever the connection is limited to. It is not disposed.</summary>
    ISecretStore Everywhere { get; }

    /// <summary>The identity under which a secret stands in this store.</summary>
    /// <param name="id">Name and scope, with or without namespace.</param>
    /// <returns>The same with a namespace.</returns>
    SecretId Place(SecretId id);

    /// <summary>The namespaces that listings cover: those that the connection is limited to, or all that there are.</summary>
    /// <param name="cancellationToken">Stops the operation.</param>
    /// <returns>Their names.</returns>
    /// <exception cref="MeshException">They may not be listed, or the store failed.</exception>
    Task<IReadOnlyList<string>> ListNamespacesAsync(CancellationToken cancellationToken);
}
