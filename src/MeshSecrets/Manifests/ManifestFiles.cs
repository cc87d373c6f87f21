namespace MeshSecrets.Commands;

/// <summary>Finds the files of manifests that a path means.</summary>
internal static class ManifestFiles
{
    private static readonly string[] s_extensions = [".yaml", ".yml", ".json"];

    /// <summary>A file as it is; of a folder, the files of YAML and JSON in it and below, in the order of their names.</summary>
    internal static IEnumerable<string> Of(string path) =>
        !Directory.Exists(path)
            ? [path]
            : Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories)
                .Where(file => s_extensions.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase))
                .Order(StringComparer.Ordinal);
}
