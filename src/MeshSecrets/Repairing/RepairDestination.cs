using MeshSecrets.Certificates.Writing;

namespace MeshSecrets.Commands;

/// <summary>Where mended contents go in place of the originals: a folder, or a file for a single one.</summary>
internal sealed class RepairDestination
{
    private readonly string _path;
    private readonly bool _force;
    private readonly HashSet<string> _written = new(StringComparer.Ordinal);

    /// <param name="given">As the user wrote it: a separator at its end means a folder.</param>
    /// <param name="path">The full path of it.</param>
    /// <param name="force">Whether files that were there before are replaced.</param>
    internal RepairDestination(string given, string path, bool force)
    {
        _path = path;
        _force = force;
        IsFolder = Directory.Exists(path)
            || (!File.Exists(path) && (given.EndsWith('/') || given.EndsWith('\\') || !System.IO.Path.HasExtension(path)));
    }

    /// <summary>Whether it is one, ends in a separator, or has no extension and is no file: the rule of the exports.</summary>
    internal bool IsFolder { get; }

    /// <summary>The file for a source; for text in a folder, <c>restored.pem</c>.</summary>
    internal string TargetOf(RepairSource source) =>
        IsFolder ? System.IO.Path.Combine(_path, System.IO.Path.GetFileName(source.Path) ?? "restored.pem") : _path;

    /// <summary>Writes a file, never over what this run wrote or over the broken original, of which nothing would be left.</summary>
    /// <exception cref="MeshException"><c>RepairDestinationIsSource</c>, and those of writing files.</exception>
    internal void Write(RepairSource source, ReadOnlySpan<byte> mended, bool isPrivate)
    {
        string target = TargetOf(source);
        if (source.Path is not null && System.IO.Path.GetFullPath(source.Path) == System.IO.Path.GetFullPath(target))
        {
            throw RepairErrors.DestinationIsSource(target);
        }

        if (IsFolder)
        {
            MaterialFile.CreatePrivateFolder(_path);
        }

        bool overwrite = _force && !_written.Contains(target);
        if (isPrivate)
        {
            MaterialFile.WritePrivate(target, mended, overwrite);
        }
        else
        {
            MaterialFile.WritePublic(target, mended, overwrite);
        }

        _written.Add(target);
    }
}
