using System.Buffers;
using MeshSecrets.Meshes.Manifests;

namespace MeshSecrets.Meshes.Transfer;

/// <summary>A text of many manifests that is written one by one.</summary>
public interface IManifestText
{
    /// <summary>The ending of file names, with its dot.</summary>
    string Extension { get; }

    /// <summary>Writes a manifest.</summary>
    /// <param name="manifest">The manifest.</param>
    /// <param name="destination">Where the UTF-8 goes.</param>
    void Write(Manifest manifest, IBufferWriter<byte> destination);

    /// <summary>Writes what ends the text.</summary>
    /// <param name="destination">Where the UTF-8 goes.</param>
    void End(IBufferWriter<byte> destination);
}
