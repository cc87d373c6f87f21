using System.Buffers;
using MeshSecrets.Certificates.Writing;
using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Secrets;

namespace MeshSecrets.Meshes.Transfer;

/// <summary>A folder with a file of a manifest for each secret, named as the secret.</summary>
/// <param name="export">Form and scope.</param>
/// <param name="newText">Begins a text, YAML or JSON.</param>
/// <param name="folder">The folder; made if it is missing, its owner's alone.</param>
/// <param name="overwrite">Whether existing files are replaced.</param>
public sealed class ManifestFolder(SecretExport export, Func<IManifestText> newText, string folder, bool overwrite) : SecretFiles
{
    private readonly ExportedNames _names = new(folder);

    /// <inheritdoc/>
    public override IReadOnlyList<string> Write(Secret secret)
    {
        Manifest manifest = export.Write(secret);
        IManifestText text = newText();
        string path = Path.Combine(folder, _names.Take(secret.Id) + text.Extension);
        ArrayBufferWriter<byte> buffer = new();
        try
        {
            text.Write(manifest, buffer);
            text.End(buffer);
            MaterialFile.CreatePrivateFolder(folder);
            MaterialFile.WritePrivate(path, buffer.WrittenSpan, overwrite);
        }
        finally
        {
            buffer.Clear();
        }

        return [path];
    }
}
