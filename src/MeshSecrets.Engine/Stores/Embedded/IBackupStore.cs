namespace MeshSecrets.Stores.Embedded;

/// <summary>A store that writes itself into one encrypted file.</summary>
public interface IBackupStore : ISecretStore
{
    /// <summary>
    /// Writes all kept versions and the audit trail, as they are at this moment, to one encrypted file, which appears
    /// when it is whole. Other reading and writing goes on meanwhile.
    /// </summary>
    /// <param name="path">The file; one that is there is replaced.</param>
    /// <param name="source">What the backup will be unlocked by; a key file without a path is <c>backup.key</c> beside the stores' key files.</param>
    /// <param name="cancellationToken">Stops the operation; then no file appears.</param>
    /// <returns>A task.</returns>
    /// <exception cref="MeshException"><c>StoreDiskFull</c>, <c>StoreReadOnly</c> or a failure of the store.</exception>
    Task BackupAsync(string path, StoreKeySource source, CancellationToken cancellationToken);
}
