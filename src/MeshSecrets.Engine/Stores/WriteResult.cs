using MeshSecrets.Secrets;

namespace MeshSecrets.Stores;

/// <summary>What became of one write of a batch: stored metadata or the error, never both.</summary>
/// <param name="Metadata">The metadata as stored, or <see langword="null"/>.</param>
/// <param name="Error">Why it was not written, or <see langword="null"/>.</param>
public sealed record WriteResult(SecretMetadata? Metadata, MeshException? Error);
