using MeshSecrets.Secrets;

namespace MeshSecrets.Meshes.Transfer;

/// <summary>The names that files of one folder got in one run, so that none takes another's.</summary>
internal sealed class ExportedNames(string folder)
{
    private readonly Dictionary<string, SecretId> _taken = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The name for the file or folder of a secret.</summary>
    /// <exception cref="MeshException"><c>ExportOverwrites</c>: a secret of another scope has it.</exception>
    internal string Take(SecretId id) =>
        _taken.TryAdd(id.Name, id) ? id.Name : throw TransferErrors.FilesOfAnother(folder, id, _taken[id.Name]);
}
