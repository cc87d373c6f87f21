using MeshSecrets.Secrets;

namespace MeshSecrets.Stores;

/// <summary>
/// A place where secrets are kept. This is all that every store can do; further abilities are interfaces of their own
/// (<see cref="IBatchStore"/>, <see cref="IVersionedStore"/>, …) that a caller asks for with <c>is</c>.
/// </summary>
/// <remarks>All members are safe to call from several threads at once.</remarks>
public interface ISecretStore : IAsyncDisposable
{
    /// <summary>What kind of store it is: <c>Embedded</c>, <c>Kubernetes</c>, …</summary>
    string Kind { get; }

    /// <summary>Where it is: a folder's full path or an address.</summary>
    string Location { get; }

    /// <summary>Reads a secret with its values.</summary>
    /// <param name="id">Name and scope.</param>
    /// <param name="cancellationToken">Stops the operation.</param>
    /// <returns>The secret, to be disposed by the caller, or <see langword="null"/> if there is none.</returns>
    Task<Secret?> GetAsync(SecretId id, CancellationToken cancellationToken);

    /// <summary>Lists secrets in order of their identity, as they are read, without reading values.</summary>
    /// <param name="query">Which ones.</param>
    /// <param name="cancellationToken">Stops the operation.</param>
    /// <returns>The metadata of the current versions.</returns>
    IAsyncEnumerable<SecretMetadata> ListAsync(SecretQuery query, CancellationToken cancellationToken);

    /// <summary>Writes a secret: whole or not at all. When it returns, the write is durable.</summary>
    /// <param name="write">The secret and the condition under which it is written. The caller keeps and disposes it.</param>
    /// <param name="cancellationToken">Stops the operation before anything is written; a write under way ends first.</param>
    /// <returns>The metadata as stored.</returns>
    /// <exception cref="MeshException"><c>SecretExists</c>, <c>SecretNotFound</c>, <c>SecretConflict</c>, <c>SecretTypeImmutable</c>, <c>SecretTooLarge</c> or a failure of the store.</exception>
    Task<SecretMetadata> PutAsync(SecretWrite write, CancellationToken cancellationToken);

    /// <summary>Removes a secret. When it returns, the removal is durable.</summary>
    /// <param name="id">Name and scope.</param>
    /// <param name="resourceVersion">Only if this is still the current one; <see langword="null"/> for any.</param>
    /// <param name="cancellationToken">Stops the operation before anything is removed.</param>
    /// <returns>A task.</returns>
    /// <exception cref="MeshException"><c>SecretNotFound</c>, <c>SecretConflict</c>, <c>SecretBeingRemoved</c> (it is begun, and ends when others agree) or a failure of the store.</exception>
    Task DeleteAsync(SecretId id, string? resourceVersion, CancellationToken cancellationToken);
}
