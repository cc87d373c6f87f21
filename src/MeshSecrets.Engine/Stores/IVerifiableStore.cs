namespace MeshSecrets.Stores;

/// <summary>A store that can prove its own integrity.</summary>
public interface IVerifiableStore : ISecretStore
{
    /// <summary>Reads and authenticates every record, every kept version and the audit trail.</summary>
    /// <param name="cancellationToken">Stops the operation.</param>
    /// <returns>What is wrong, as it is found; nothing if all is well.</returns>
    IAsyncEnumerable<StoreFinding> VerifyAsync(CancellationToken cancellationToken);
}

/// <summary>Something wrong with a store.</summary>
/// <param name="FindingId">Stable identifier without spaces: <c>RecordAltered</c>, <c>RecordMissing</c>, <c>AuditAltered</c>, …</param>
/// <param name="Item">What it is about: an identity, a file, a line of the trail.</param>
/// <param name="Message">What was found, what it means and what to do.</param>
public sealed record StoreFinding(string FindingId, string Item, string Message);
