namespace MeshSecrets.Meshes.Saving;

/// <summary>Where the errors about saved authorities are born.</summary>
internal static class SavingErrors
{
    internal static MeshException Differs(string place, string what) => new(
        "SavedCaDiffers",
        MeshErrorKind.WriteFailed,
        $"{place} was read back after saving, and {what}. Do not rely on it: see to the disk, and save to another place.",
        place);
}
