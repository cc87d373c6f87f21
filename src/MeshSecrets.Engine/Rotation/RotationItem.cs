using MeshSecrets.Secrets;

namespace MeshSecrets.Rotation;

/// <summary>A TLS key that is due, and why.</summary>
/// <param name="Secret">Its metadata when the plan was made.</param>
/// <param name="Reason">Why it is due.</param>
public sealed record RotationItem(SecretMetadata Secret, RotationReason Reason);
