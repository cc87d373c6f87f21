namespace MeshSecrets.Rotation;

/// <summary>Why a certificate is renewed.</summary>
/// <param name="ReasonId">Stable identifier: <c>Expired</c>, <c>EndIsNear</c>, <c>ShareOfLifeUsed</c>, <c>Forced</c>, <c>RestartDue</c>.</param>
/// <param name="Message">The same for people.</param>
public sealed record RotationReason(string ReasonId, string Message)
{
    internal const string RestartDueId = "RestartDue";
}
