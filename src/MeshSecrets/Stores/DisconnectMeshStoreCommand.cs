using System.Management.Automation;
using MeshSecrets.Stores;

namespace MeshSecrets.Commands;

/// <summary>Closes connected stores and takes them from the session. What is in them stays.</summary>
[Cmdlet(VerbsCommunications.Disconnect, "MeshStore", DefaultParameterSetName = NameSet)]
public sealed class DisconnectMeshStoreCommand : MeshCmdlet
{
    private const string NameSet = "Name";
    private const string StoreSet = "Store";

    /// <summary>Their names; wildcards are permitted.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = NameSet)]
    [ArgumentCompleter(typeof(StoreCompleter))]
    [SupportsWildcards]
    public string[] Name { get; set; } = [];

    /// <summary>The stores themselves.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = StoreSet)]
    public MeshStore[] Store { get; set; } = [];

    /// <inheritdoc/>
    protected override void Process()
    {
        foreach (MeshStore store in Store)
        {
            Disconnect(store);
        }

        foreach (string name in Name)
        {
            Guard(name, () =>
            {
                foreach (MeshStore store in StoreSession.Current.Match(name))
                {
                    Disconnect(store);
                }
            });
        }
    }

    private void Disconnect(MeshStore store)
    {
        StoreSession.Current.Remove(store);
        Run(ct => store.Engine.DisposeAsync().AsTask());
    }
}
