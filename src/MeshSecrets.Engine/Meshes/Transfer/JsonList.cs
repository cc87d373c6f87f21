using System.Buffers;
using MeshSecrets.Meshes.Manifests;

namespace MeshSecrets.Meshes.Transfer;

/// <summary>JSON: a <c>List</c> of Kubernetes with all manifests.</summary>
public sealed class JsonList : IManifestText
{
    private bool _isBegun;

    /// <inheritdoc/>
    public string Extension => ".json";

    /// <inheritdoc/>
    public void Write(Manifest manifest, IBufferWriter<byte> destination)
    {
        destination.Write(_isBegun ? ",\n"u8 : "{\"apiVersion\":\"v1\",\"kind\":\"List\",\"items\":[\n"u8);
        _isBegun = true;
        ManifestWriter.WriteJson(manifest, destination);
    }

    /// <inheritdoc/>
    public void End(IBufferWriter<byte> destination) => destination.Write("]}\n"u8);
}
