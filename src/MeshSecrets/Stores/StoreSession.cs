using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;
using MeshSecrets.Commands;

namespace MeshSecrets.Stores;

/// <summary>The stores that one PowerShell session has connected, and which of them is its default.</summary>
/// <remarks>
/// A session is a runspace. What runs in another one (<c>ForEach-Object -Parallel</c>, a thread job) starts with none, so
/// it is given its store with <c>-Store $using:store</c>; the store itself may be used by all of them at once.
/// </remarks>
internal sealed class StoreSession
{
    internal const string DefaultName = "default";

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

    /// <summary>The stores whose names match a pattern.</summary>
    /// <exception cref="MeshException"><c>StoreNotConnected</c>, if it is a name and no pattern.</exception>
    internal IReadOnlyList<MeshStore> Match(string pattern)
    {
        if (Find(pattern) is { } literal)
        {
            return [literal]; // A folder may be called 'store [a]', and a completed name means itself.
        }

        WildcardPattern wildcard = new(pattern, WildcardOptions.IgnoreCase);
        MeshStore[] found = [.. Stores.Where(store => wildcard.IsMatch(store.Name))];
        return found.Length > 0 || WildcardPattern.ContainsWildcardCharacters(pattern) ? found : throw SessionErrors.NotConnected(pattern);
    }

    /// <summary>The name that a store gets whose user gave none: its folder's.</summary>
    internal static string NameFor(string path) =>
        Path.GetFileName(Path.TrimEndingDirectorySeparator(path)) is { Length: > 0 } folder ? folder : path;

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
                MakeDefault(added);
            }

            return added;
        }
    }

    internal void MakeDefault(MeshStore chosen)
    {
        lock (_gate)
        {
            _stores.ForEach(store => store.IsDefault = ReferenceEquals(store, chosen));
        }
    }

    internal void Remove(MeshStore store)
    {
        lock (_gate)
        {
            _stores.Remove(store);
        }

        store.IsDefault = false;
        store.IsConnected = false;
    }
}
