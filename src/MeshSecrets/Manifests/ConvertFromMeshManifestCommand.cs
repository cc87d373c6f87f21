using System.Management.Automation;
using MeshSecrets.Meshes.Manifests;

namespace MeshSecrets.Commands;

/// <summary>Reads the text of manifests into objects, one for each that the text holds.</summary>
[Cmdlet(VerbsData.ConvertFrom, "MeshManifest")]
[OutputType(typeof(MeshManifest))]
public sealed class ConvertFromMeshManifestCommand : MeshCmdlet
{
    private readonly ManifestText _text;

    /// <summary>Creates the cmdlet.</summary>
    public ConvertFromMeshManifestCommand() => _text = new ManifestText(error => WriteError(error, target: null));

    /// <summary>Text of manifests in YAML or JSON, whole or line by line.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [AllowEmptyString]
    public string[] InputObject { get; set; } = [];

    /// <inheritdoc/>
    protected override void Process()
    {
        foreach (string piece in InputObject)
        {
            Guard(target: null, () => Write(_text.Add(piece)));
        }
    }

    /// <inheritdoc/>
    protected override void End() => Write(_text.Complete());

    private void Write(IEnumerable<Manifest> manifests)
    {
        foreach (Manifest manifest in manifests)
        {
            WriteObject(new MeshManifest(manifest));
        }
    }
}
