using System.Buffers;
using MeshSecrets.Certificates.Writing;
using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Secrets;

namespace MeshSecrets.Meshes.Transfer;

/// <summary>One file of manifests that takes all secrets, as they come.</summary>
/// <param name="export">Form and scope.</param>
/// <param name="text">YAML or JSON.</param>
/// <param name="path">The file; its folder must exist.</param>
/// <param name="overwrite">Whether an existing file is replaced.</param>
public sealed class ManifestFile(SecretExport export, IManifestText text, string path, bool overwrite) : SecretFiles
{
    // What is written of one secret is zeroed before the next.
    private readonly ArrayBufferWriter<byte> _buffer = new();
    private readonly Dictionary<(string? Group, string Kind, string? Scope, string Name), SecretId> _taken = [];
    private MaterialFileWriter? _file;
    private bool _isRefused;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Write(Secret secret)
    {
        Manifest manifest = export.Write(secret);
        (string?, string, string?, string) identity = (manifest.ApiGroup, manifest.Kind, manifest.IsUniversal ? manifest.Mesh : manifest.Namespace, manifest.Name);
        if (!_taken.TryAdd(identity, secret.Id))
        {
            // Whoever applied the file would keep the one that comes last, whichever that is.
            _isRefused = true;
            throw TransferErrors.ObjectOfAnother(path, manifest, secret.Id, _taken[identity]);
        }

        _file ??= MaterialFileWriter.CreatePrivate(path, overwrite);
        text.Write(manifest, _buffer);
        Flush();
        return [];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Complete()
    {
        if (_file is null || _isRefused)
        {
            return [];
        }

        text.End(_buffer);
        Flush();
        _file.Complete();
        return [_file.Path];
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => _file?.Dispose();

    private void Flush()
    {
        try
        {
            _file!.Write(_buffer.WrittenSpan);
        }
        finally
        {
            _buffer.Clear();
        }
    }
}
