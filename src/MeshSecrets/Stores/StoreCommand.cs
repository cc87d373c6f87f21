using System.Management.Automation;
using MeshSecrets.Stores;

namespace MeshSecrets.Commands;

/// <summary>The base of cmdlets that work on what is in a store.</summary>
public abstract class StoreCommand : StoreSessionCommand
{
    /// <summary>The store: one that is connected, its name, or the path of one. Without it, the session's default.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(StoreCompleter))]
    public StoreReference? Store { get; set; }

    /// <summary>Whether the server checks what is written, and keeps nothing.</summary>
    private protected virtual bool IsDryRun => false;

    /// <summary>The store meant by <see cref="Store"/>, opened if need be. Asked anew for each record, since each may name another.</summary>
    /// <returns>The store.</returns>
    internal MeshStore ResolveStore() => IsDryRun ? RequireStore(Store) : ResolveStore(Store);

    /// <summary>As <see cref="ResolveStore()"/>, but creates nothing.</summary>
    /// <returns>The store, or <see langword="null"/> if the default one is meant and nothing was ever stored in it.</returns>
    internal MeshStore? FindStore() => FindStore(Store);

    /// <summary>What writes to a store; on a dry run, what tries it only. All that a cmdlet with -DryRun writes goes through this.</summary>
    /// <param name="store">The store, which outputs name as ever.</param>
    /// <returns>The engine.</returns>
    /// <exception cref="MeshException"><c>StoreLacksAbility</c>: the store cannot be asked without keeping what it is asked.</exception>
    private protected ISecretStore WriterOf(MeshStore store) =>
        !IsDryRun ? store.Engine
        : store.Engine is IDryRunStore able ? able.DryRun
        : throw SessionErrors.LacksDryRun(store);
}
