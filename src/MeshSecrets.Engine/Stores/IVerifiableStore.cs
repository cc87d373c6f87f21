namespace MeshSecrets.Stores;

/// <summary>A store that can prove that it is sound, or can do what it is used for.</summary>
public interface IVerifiableStore : ISecretStore
{
    /// <summary>Looks at all that may be wrong: each record, kept version and line of the audit trail; or, in a cluster, each permission.</summary>
    /// <param name="cancellationToken">Stops the operation.</param>
    /// <returns>What is wrong, as it is found; nothing if all is well.</returns>
    IAsyncEnumerable<StoreFinding> VerifyAsync(CancellationToken cancellationToken);
}

/// <summary>Something wrong with a store.</summary>
/// <param name="FindingId">Stable identifier without spaces: <c>RecordAltered</c>, <c>RecordMissing</c>, <c>AuditAltered</c>, …</param>
/// <param name="Item">What it is about: an identity, a file, a line of the trail.</param>
/// <param name="Message">What was found, what it means and what to do.</param>
public sealed record StoreFinding(string FindingId, string Item, string Message);
