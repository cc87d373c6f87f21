using System.Management.Automation;
using MeshSecrets.Stores;

namespace MeshSecrets.Commands;

/// <summary>Gets the stores that are connected in this session. Opens none.</summary>
[Cmdlet(VerbsCommon.Get, "MeshStore")]
[OutputType(typeof(MeshStore))]
public sealed class GetMeshStoreCommand : MeshCmdlet
{
    /// <summary>Their names; wildcards are permitted. Without it, all.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(StoreCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = ["*"];

    /// <inheritdoc/>
    protected override void Process()
    {
        foreach (string name in Name)
        {
            Guard(name, () => WriteObject(StoreSession.Current.Match(name), enumerateCollection: true));
        }
    }
}
