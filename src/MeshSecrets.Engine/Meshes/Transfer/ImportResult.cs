using MeshSecrets.Secrets;

namespace MeshSecrets.Meshes.Transfer;

/// <summary>What became of one secret of an import.</summary>
/// <param name="Status">What was done.</param>
/// <param name="Metadata">The metadata as stored, or <see langword="null"/> if it was refused.</param>
/// <param name="Error">Why it was refused, or <see langword="null"/>.</param>
public sealed record ImportResult(ImportStatus Status, SecretMetadata? Metadata, MeshException? Error)
{
    internal static ImportResult Refused(MeshException error) => new(ImportStatus.Refused, Metadata: null, error);
}
