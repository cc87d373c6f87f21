using System.Buffers;
using System.Management.Automation;
using System.Text;
using MeshSecrets.Meshes.Manifests;

namespace MeshSecrets.Commands;

/// <summary>The base of cmdlets that make a resource of a mesh. They write nothing anywhere: what they give is applied, exported or judged by others.</summary>
public abstract class ResourceCommand : MeshCmdlet
{
    /// <summary>Write the YAML out as a string in place of an object.</summary>
    [Parameter]
    public SwitchParameter AsString { get; set; }

    private protected void WriteManifest(Manifest manifest)
    {
        if (!AsString)
        {
            WriteObject(new MeshManifest(manifest));
            return;
        }

        ArrayBufferWriter<byte> yaml = new();
        ManifestWriter.WriteYaml(manifest, yaml);
        WriteObject(Encoding.UTF8.GetString(yaml.WrittenSpan));
    }
}
