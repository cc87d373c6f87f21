using System.Security.Cryptography;
using System.Text;
using MeshSecrets.Certificates.Reading;
using MeshSecrets.Certificates.Repairing;
using MeshSecrets.Certificates.Writing;
using MeshSecrets.Meshes.Repairing;

namespace MeshSecrets.Commands;

/// <summary>A file or text that is examined: as a manifest, or as material that belongs to the others given with it.</summary>
internal sealed class RepairSource : IDisposable
{
    private readonly byte[] _content;

    internal RepairSource(string name, string? path, byte[] content, CancellationToken cancellationToken)
    {
        Name = name;
        Path = path;
        _content = content;
        Manifest = OpenManifest(cancellationToken);
    }

    /// <summary>Reads a file.</summary>
    /// <exception cref="MeshException"><c>MaterialTooLarge</c>, <c>ManifestInvalid</c>.</exception>
    internal static RepairSource Open(string file, CancellationToken cancellationToken)
    {
        long size = new FileInfo(file).Length;
        return size <= MaterialRepair.MaxSize ? new(file, file, File.ReadAllBytes(file), cancellationToken) : throw RepairErrors.TooLarge(file, size);
    }

    internal string Name { get; }

    /// <summary>The file; <see langword="null"/> for text.</summary>
    internal string? Path { get; }

    /// <summary>The folder of the file, whose files are mended together or not at all; <see langword="null"/> for text.</summary>
    internal string? Folder => System.IO.Path.GetDirectoryName(Path);

    /// <summary>What it holds as a manifest; <see langword="null"/> if it is none.</summary>
    internal ManifestRepair? Manifest { get; }

    internal RepairInput ToInput() => new(Name, _content) { Expected = RepairInput.ExpectedIn(System.IO.Path.GetFileName(Path) ?? ""), Place = Folder };

    /// <summary>Writes a mended content over the file, which is kept under another name; or elsewhere.</summary>
    /// <returns>Where the original is kept, if it was replaced.</returns>
    internal string? Write(ReadOnlySpan<byte> mended, bool isPrivate, RepairDestination? destination)
    {
        if (destination is not null)
        {
            destination.Write(this, mended, isPrivate);
            return null;
        }

        string backup = KeepOriginal();
        if (isPrivate)
        {
            MaterialFile.WritePrivate(Path!, mended, overwrite: true);
        }
        else
        {
            MaterialFile.WritePublic(Path!, mended, overwrite: true);
        }

        return backup;
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_content);
        Manifest?.Dispose();
    }

    /// <summary>The first name that is free: an earlier original is never lost.</summary>
    private string KeepOriginal()
    {
        string backup = $"{Path}.bak";
        for (int i = 1; System.IO.Path.Exists(backup); i++)
        {
            backup = $"{Path}.bak{i}";
        }

        MaterialFile.WritePrivate(backup, _content);
        return backup;
    }

    private ManifestRepair? OpenManifest(CancellationToken cancellationToken)
    {
        try
        {
            return ManifestRepair.Examine(_content, Name, options: null, cancellationToken);
        }
        catch (MeshException e) when (e.ErrorId == "ManifestInvalid" && _content.AsSpan().IndexOf("-----BEGIN"u8) >= 0)
        {
            return null; // A value that was cut out of JSON or YAML begins like a manifest.
        }
    }
}
