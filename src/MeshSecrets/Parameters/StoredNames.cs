using System.Management.Automation;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;

namespace MeshSecrets.Commands;

/// <summary>Names for completion from a store, if it is connected, within the time that typing allows.</summary>
internal static class StoredNames
{
    private const int MaxNames = 200;

    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// Names that start with what was typed, from the store that the command line names or else the default one, if it is
    /// connected. Nothing if it takes too long or cannot be read: a completer never disturbs typing.
    /// </summary>
    internal static IReadOnlyList<string> In(object? givenStore, string? type, string wordToComplete)
    {
        SecretQuery query = new()
        {
            Names = [wordToComplete.Trim('\'', '"') + "*"],
            Types = type is null ? [] : [type],
        };
        return In(givenStore, query, secret => secret.Id.Name);
    }

    /// <summary>Meshes or namespaces that secrets of the store have, under the same conditions.</summary>
    internal static IReadOnlyList<string> In(object? givenStore, Func<SecretMetadata, string?> scopeOf) =>
        In(givenStore, new SecretQuery(), scopeOf);

    private static IReadOnlyList<string> In(object? givenStore, SecretQuery query, Func<SecretMetadata, string?> select)
    {
        if (FindStore(givenStore) is not { } store)
        {
            return [];
        }

        using CancellationTokenSource patience = new(s_patience);
        Task<List<string>> listing = Task.Run(() => ListAsync(store, query, select, patience.Token));
        bool inTime = ((IAsyncResult)listing).AsyncWaitHandle.WaitOne(s_patience);
        return inTime && listing.IsCompletedSuccessfully ? listing.GetAwaiter().GetResult() : [];
    }

    private static MeshStore? FindStore(object? given) => (given is PSObject wrapped ? wrapped.BaseObject : given) switch
    {
        null => StoreSession.Current.Default,
        MeshStore store => store,
        object name => StoreSession.Current.Find(name.ToString() ?? ""),
    };

    private static async Task<List<string>> ListAsync(MeshStore store, SecretQuery query, Func<SecretMetadata, string?> select, CancellationToken cancellationToken)
    {
        HashSet<string> names = new(StringComparer.Ordinal);
        await foreach (SecretMetadata secret in store.Engine.ListAsync(query, cancellationToken).ConfigureAwait(false))
        {
            if (select(secret) is { } name)
            {
                names.Add(name);
            }

            if (names.Count == MaxNames)
            {
                break;
            }
        }

        return [.. names];
    }
}
