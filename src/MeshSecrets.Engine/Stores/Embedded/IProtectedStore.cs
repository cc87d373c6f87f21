namespace MeshSecrets.Stores.Embedded;

/// <summary>A store whose key is protected by something that can be changed.</summary>
public interface IProtectedStore : ISecretStore
{
    /// <summary>
    /// Protects the store by another passphrase or key file. The store key itself stays, so no record is written again;
    /// what protected it before no longer opens the store.
    /// </summary>
    /// <param name="source">The new passphrase or key file. A key file without a path is a new one in the usual folder.</param>
    /// <param name="cancellationToken">Stops the operation before anything is changed.</param>
    /// <returns>A task.</returns>
    /// <exception cref="MeshException">A failure of the store or of the key file.</exception>
    Task ChangeProtectorAsync(StoreKeySource source, CancellationToken cancellationToken);
}
