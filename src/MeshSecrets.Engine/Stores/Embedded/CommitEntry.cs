using MeshSecrets.Secrets;

namespace MeshSecrets.Stores.Embedded;

/// <summary>One entry of a commit that is about to be written.</summary>
/// <param name="Operation">What it says.</param>
/// <param name="Id">About which secret; <see langword="null"/> for an event of the store as a whole.</param>
/// <param name="Version">Which version of it; 0 where none applies.</param>
/// <param name="Action">What the audit trail calls it.</param>
/// <param name="Metadata">For a put, the metadata as stored.</param>
/// <param name="Data">For a put, the values; the caller's.</param>
internal sealed record CommitEntry(
    EntryOperation Operation,
    SecretId? Id,
    long Version,
    string Action,
    SecretMetadata? Metadata = null,
    SecretData? Data = null);
