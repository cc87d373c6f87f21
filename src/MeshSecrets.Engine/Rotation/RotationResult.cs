using MeshSecrets.Secrets;

namespace MeshSecrets.Rotation;

/// <summary>The outcome for one TLS key.</summary>
/// <param name="Item">What was due.</param>
/// <param name="Status">What became of it.</param>
/// <param name="Metadata">Its metadata after the renewal, or <see langword="null"/>.</param>
/// <param name="IsShortened">Whether the new life is shorter than asked because the issuer's own ends earlier.</param>
/// <param name="Error">Why it was not renewed, or <see langword="null"/>.</param>
public sealed record RotationResult(RotationItem Item, RotationStatus Status, SecretMetadata? Metadata, bool IsShortened, MeshException? Error);
