using MeshSecrets.Meshes.Transfer;

namespace MeshSecrets.Commands;

/// <summary>Which files an export writes, by what the user said: <c>-As</c>, the ending of the path, or what is there.</summary>
internal sealed class ExportFiles
{
    internal const string Yaml = "Yaml";
    internal const string Json = "Json";
    internal const string Folder = "Folder";
    internal const string Pkcs12 = "Pkcs12";

    private readonly string _form;
    private readonly string _path;
    private readonly bool _isFolder;
    private readonly bool _overwrite;

    internal ExportFiles(string? form, string path, bool endsAsFolder, bool overwrite)
    {
        _path = path;
        _isFolder = endsAsFolder || Directory.Exists(path);
        _overwrite = overwrite;
        _form = Canonical(form) ?? Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".json" => Json,
            ".p12" or ".pfx" => Pkcs12,
            _ => Yaml,
        };
    }

    /// <exception cref="MeshException"><c>ExportNeedsPlainText</c>, <c>PasswordMissing</c>.</exception>
    internal void EnsurePermitted(bool asPlainText, bool hasPassword)
    {
        if (_form == Pkcs12)
        {
            if (!hasPassword)
            {
                throw TlsKeyErrors.Pkcs12NeedsPassword();
            }
        }
        else if (!asPlainText)
        {
            throw SecretInputErrors.ExportNeedsPlainText(_path);
        }
    }

    internal SecretFiles Open(SecretExport export, ReadOnlyMemory<char> password) => _form switch
    {
        Folder => new ValueFolders(export, _path, _overwrite),
        Pkcs12 => new Pkcs12Files(_path, _isFolder, password, _overwrite),
        _ when _isFolder => new ManifestFolder(export, NewText, _path, _overwrite),
        _ => new ManifestFile(export, NewText(), _path, _overwrite),
    };

    private static string? Canonical(string? form) =>
        form is null ? null : Array.Find([Yaml, Json, Folder, Pkcs12], known => known.Equals(form, StringComparison.OrdinalIgnoreCase));

    private IManifestText NewText() => _form == Json ? new JsonList() : new YamlDocuments();
}
