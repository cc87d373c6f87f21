using System.Buffers;
using MeshSecrets.Meshes.Manifests;

namespace MeshSecrets.Meshes.Transfer;

/// <summary>YAML, a document for each manifest.</summary>
public sealed class YamlDocuments : IManifestText
{
    /// <inheritdoc/>
    public string Extension => ".yaml";

    /// <inheritdoc/>
    public void Write(Manifest manifest, IBufferWriter<byte> destination) => ManifestWriter.WriteYaml(manifest, destination);

    /// <inheritdoc/>
    public void End(IBufferWriter<byte> destination)
    {
    }
}
