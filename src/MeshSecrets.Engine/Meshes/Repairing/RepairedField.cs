using MeshSecrets.Certificates.Repairing;
using MeshSecrets.Meshes.Manifests;

namespace MeshSecrets.Meshes.Repairing;

/// <summary>A value of a manifest that should be certificates or a key, and what its examination came to.</summary>
public sealed class RepairedField
{
    internal RepairedField(Manifest manifest, int group, string key, ManifestNode node, bool isEncoded, RepairReport report)
    {
        Manifest = manifest;
        Group = group;
        Key = key;
        Node = node;
        IsEncoded = isEncoded;
        Report = report;
    }

    /// <summary>The object that it belongs to.</summary>
    public Manifest Manifest { get; }

    /// <summary>The position of the object in the text: the values of one object prove each other, and are mended together or not at all.</summary>
    public int Group { get; }

    /// <summary>Its data key.</summary>
    public string Key { get; }

    /// <summary>What was found.</summary>
    public RepairReport Report { get; }

    internal ManifestNode Node { get; }

    /// <summary>Whether the manifest holds it in base64.</summary>
    internal bool IsEncoded { get; }
}
