namespace MeshSecrets.Stores;

/// <summary>A store that writes or removes many secrets for little more than the price of one.</summary>
public interface IBatchStore : ISecretStore
{
    /// <summary>
    /// Writes each secret whole or not at all, with one barrier to the disk for all. A write whose condition does not
    /// hold fails alone. When it returns, all that succeeded are durable; a failure of the store itself is thrown, and
    /// then none was written.
    /// </summary>
    /// <param name="writes">The writes, in order; a later one sees the earlier ones.</param>
    /// <param name="cancellationToken">Stops the operation before anything is written.</param>
    /// <returns>One result for each write, in the same order.</returns>
    Task<IReadOnlyList<WriteResult>> PutManyAsync(IReadOnlyList<SecretWrite> writes, CancellationToken cancellationToken);

    /// <summary>Removes secrets, with one barrier to the disk for all. A removal whose condition does not hold fails alone.</summary>
    /// <param name="removals">The removals, in order.</param>
    /// <param name="cancellationToken">Stops the operation before anything is removed.</param>
    /// <returns>For each removal why it failed, or <see langword="null"/>, in the same order.</returns>
    Task<IReadOnlyList<MeshException?>> DeleteManyAsync(IReadOnlyList<SecretRemoval> removals, CancellationToken cancellationToken);
}
