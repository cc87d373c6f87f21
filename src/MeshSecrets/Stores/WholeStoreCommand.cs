using System.Management.Automation;

namespace MeshSecrets.Commands;

/// <summary>The base of cmdlets that work on a store as a whole, and take it from the pipeline.</summary>
public abstract class WholeStoreCommand : StoreSessionCommand
{
    /// <summary>The store: one that is connected, its name, or the path of one. Without it, the session's default.</summary>
    [Parameter(ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(StoreCompleter))]
    public StoreReference? Store { get; set; }

    /// <summary>The store meant by <see cref="Store"/>, which must be there.</summary>
    /// <returns>The store.</returns>
    internal MeshStore RequireStore() => RequireStore(Store);
}
