using System.Management.Automation;

namespace MeshSecrets.Commands;

/// <summary>The base of cmdlets that work on what is in a store.</summary>
public abstract class StoreCommand : StoreSessionCommand
{
    /// <summary>The store: one that is connected, its name, or the path of one. Without it, the session's default.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(StoreCompleter))]
    public StoreReference? Store { get; set; }

    /// <summary>The store meant by <see cref="Store"/>, opened if need be. Asked anew for each record, since each may name another.</summary>
    /// <returns>The store.</returns>
    internal MeshStore ResolveStore() => ResolveStore(Store);

    /// <summary>As <see cref="ResolveStore()"/>, but creates nothing.</summary>
    /// <returns>The store, or <see langword="null"/> if the default one is meant and nothing was ever stored in it.</returns>
    internal MeshStore? FindStore() => FindStore(Store);
}
