namespace MeshSecrets.Commands;

/// <summary>Where the errors about rotation as a cmdlet names them are born.</summary>
internal static class RotationErrors
{
    internal static MeshException NotRenewed(MeshRotationResult failed) => new(
        failed.ErrorId ?? "RotationFailed",
        MeshErrorKind.InvalidOperation,
        $"{failed.Name} was not renewed and keeps its certificate, which ends at {failed.OldNotAfter:u}: {failed.ErrorMessage}",
        failed);
}
