using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;

namespace MeshSecrets.Stores;

/// <summary>The stores that one PowerShell session has connected, and which of them is its default.</summary>
/// <remarks>
/// A session is a runspace. What runs in another one (<c>ForEach-Object -Parallel</c>, a thread job) starts with none, so
/// it is given its store with <c>-Store $using:store</c>; the store itself may be used by all of them at once.
/// </remarks>
internal sealed class StoreSession
{
    private static readonly ConditionalWeakTable<Runspace, StoreSession> s_sessions = [];

    private readonly Lock _gate = new();
    private readonly List<MeshStore> _stores = [];

    internal static StoreSession Current => s_sessions.GetOrCreateValue(Runspace.DefaultRunspace);

    internal IReadOnlyList<MeshStore> Stores
    {
        get
        {
            lock (_gate)
            {
                return [.. _stores];
            }
        }
    }

    internal MeshStore? Default => Stores.FirstOrDefault(store => store.IsDefault);

    internal MeshStore? Find(string nameOrLocation) =>
        Stores.FirstOrDefault(store => store.Name.Equals(nameOrLocation, StringComparison.OrdinalIgnoreCase))
        ?? Stores.FirstOrDefault(store => store.Location == nameOrLocation);

    /// <summary>Adds a store, under a name that no other has.</summary>
    internal MeshStore Add(string name, ISecretStore engine, bool makeDefault)
    {
        lock (_gate)
        {
            string free = name;
            for (int i = 2; _stores.Any(store => store.Name.Equals(free, StringComparison.OrdinalIgnoreCase)); i++)
            {
                free = $"{name}-{i}";
            }

            MeshStore added = new(free, engine);
            _stores.Add(added);
            if (makeDefault)
            {
                _stores.ForEach(store => store.IsDefault = ReferenceEquals(store, added));
            }

            return added;
        }
    }

    internal void Remove(MeshStore store)
    {
        lock (_gate)
        {
            _stores.Remove(store);
        }

        store.IsDefault = false;
    }
}
