using MeshSecrets.Meshes.Transfer;

namespace MeshSecrets.Commands;

/// <summary>Finds what a path means: files of manifests, PKCS#12 files, and folders that are one secret.</summary>
internal static class ManifestFiles
{
    private static readonly string[] s_manifests = [".yaml", ".yml", ".json"];
    private static readonly string[] s_pkcs12 = [".p12", ".pfx"];

    /// <summary>A file as it is; of a folder what is in it and below, in the order of names; a folder with a file for each value as it is.</summary>
    internal static IEnumerable<string> Of(string path)
    {
        if (!Directory.Exists(path) || ValueFolders.IsOne(path))
        {
            return [path];
        }

        IEnumerable<string> files = Directory.EnumerateFiles(path)
            .Where(file => Has(file, s_manifests) || IsPkcs12(file))
            .Order(StringComparer.Ordinal);
        return files.Concat(Directory.EnumerateDirectories(path).Order(StringComparer.Ordinal).Select(ValueFolders.EnsureNoLink).SelectMany(Of));
    }

    internal static bool IsPkcs12(string path) => Has(path, s_pkcs12);

    private static bool Has(string path, string[] extensions) =>
        extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);
}
