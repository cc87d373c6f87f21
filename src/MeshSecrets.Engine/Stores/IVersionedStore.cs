using MeshSecrets.Secrets;

namespace MeshSecrets.Stores;

/// <summary>A store that keeps earlier versions of a secret.</summary>
public interface IVersionedStore : ISecretStore
{
    /// <summary>Lists the kept versions of a secret, newest first, those of a removed one included.</summary>
    /// <param name="id">Name and scope.</param>
    /// <param name="cancellationToken">Stops the operation.</param>
    /// <returns>Their metadata; empty if nothing of that identity was ever kept.</returns>
    Task<IReadOnlyList<SecretMetadata>> ListVersionsAsync(SecretId id, CancellationToken cancellationToken);

    /// <summary>Reads one kept version with its values.</summary>
    /// <param name="id">Name and scope.</param>
    /// <param name="version">Its number.</param>
    /// <param name="cancellationToken">Stops the operation.</param>
    /// <returns>The secret, to be disposed by the caller, or <see langword="null"/> if that version is not kept.</returns>
    Task<Secret?> GetVersionAsync(SecretId id, long version, CancellationToken cancellationToken);

    /// <summary>
    /// Erases all versions of removed secrets, their bytes in the store's files included. One that exists, or exists
    /// again, is left alone.
    /// </summary>
    /// <param name="ids">The identities; unknown ones are ignored.</param>
    /// <param name="cancellationToken">Stops the operation before anything is erased.</param>
    /// <returns>The identities that were erased.</returns>
    /// <exception cref="MeshException"><c>PurgeNotErased</c> if they are gone from the store, but not yet their bytes.</exception>
    Task<IReadOnlyList<SecretId>> PurgeAsync(IReadOnlyCollection<SecretId> ids, CancellationToken cancellationToken);
}
