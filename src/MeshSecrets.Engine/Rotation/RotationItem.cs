using MeshSecrets.Secrets;

namespace MeshSecrets.Rotation;

/// <summary>A TLS key that is due, and why.</summary>
/// <param name="Secret">Its metadata when the plan was made.</param>
/// <param name="Reason">Why it is due.</param>
public sealed record RotationItem(SecretMetadata Secret, RotationReason Reason)
{
    /// <summary>Whether it is to be renewed; otherwise it was, and only what uses it is to be restarted.</summary>
    public bool IsDue => Reason.ReasonId != RotationReason.RestartDueId;

    /// <summary>Whether its key is an RSA key, which takes long to make.</summary>
    public bool IsRsa => Secret.Certificate?.KeyAlgorithm.StartsWith("Rsa", StringComparison.Ordinal) ?? false;
}
