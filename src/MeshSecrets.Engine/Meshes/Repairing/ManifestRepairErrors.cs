namespace MeshSecrets.Meshes.Repairing;

/// <summary>Where the errors about mended manifests are born.</summary>
internal static class ManifestRepairErrors
{
    internal static MeshException NotWritable(string source) => new(
        "RepairManifestNotWritable",
        MeshErrorKind.InvalidOperation,
        $"{source}: the mended values cannot be put into this text without changing something else in it, so it is left as it is. Write the values as plain base64 on one line each, and repair it again.",
        source);
}
