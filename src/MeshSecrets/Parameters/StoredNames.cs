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
        return In(givenStore, query, secret => [secret.Id.Name]);
    }

    /// <summary>Meshes or namespaces that secrets of the store have, under the same conditions.</summary>
    internal static IReadOnlyList<string> In(object? givenStore, Func<SecretMetadata, string?> scopeOf) =>
        In(givenStore, new SecretQuery(), secret => [scopeOf(secret)]);

    /// <summary>The data keys of the secrets of these names, under the same conditions.</summary>
    internal static IReadOnlyList<string> KeysIn(object? givenStore, string[] names, string? mesh, string? @namespace) =>
        In(givenStore, new SecretQuery { Names = [.. names], Mesh = mesh, Namespace = @namespace }, secret => secret.DataKeys);

    /// <summary>The namespaces of the store, or if they may not be listed, those of the secrets in it; under the same conditions.</summary>
    internal static IReadOnlyList<string> NamespacesIn(object? givenStore) =>
        FindStore(givenStore) is { } store ? InTime(ct => ListNamespacesAsync(store.Engine, ct)) : [];

    /// <summary>Names that are found by some work, or none if that takes too long or fails.</summary>
    internal static IReadOnlyList<string> InTime(Func<CancellationToken, Task<IReadOnlyList<string>>> work)
    {
        using CancellationTokenSource patience = new(s_patience);
        Task<IReadOnlyList<string>> listing = Task.Run(() => work(patience.Token));
        bool inTime = ((IAsyncResult)listing).AsyncWaitHandle.WaitOne(s_patience);
        return inTime && listing.IsCompletedSuccessfully ? listing.GetAwaiter().GetResult() : [];
    }

    private static IReadOnlyList<string> In(object? givenStore, SecretQuery query, Func<SecretMetadata, IEnumerable<string?>> select) =>
        FindStore(givenStore) is { } store ? InTime(ct => ListAsync(store.Engine, query, select, ct)) : [];

    private static async Task<IReadOnlyList<string>> ListNamespacesAsync(ISecretStore store, CancellationToken cancellationToken)
    {
        if (store is INamespacedStore namespaced)
        {
            try
            {
                return await namespaced.ListNamespacesAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (MeshException e) when (e.Kind == MeshErrorKind.PermissionDenied)
            {
                // Who may list secrets need not be allowed to list namespaces.
            }
        }

        return await ListAsync(store, new SecretQuery(), secret => [secret.Id.Namespace], cancellationToken).ConfigureAwait(false);
    }

    private static MeshStore? FindStore(object? given) => (given is PSObject wrapped ? wrapped.BaseObject : given) switch
    {
        null => StoreSession.Current.Default,
        MeshStore store => store,
        object name => StoreSession.Current.Find(name.ToString() ?? ""),
    };

    private static async Task<IReadOnlyList<string>> ListAsync(ISecretStore store, SecretQuery query, Func<SecretMetadata, IEnumerable<string?>> select, CancellationToken cancellationToken)
    {
        HashSet<string> names = new(StringComparer.Ordinal);
        await foreach (SecretMetadata secret in store.ListAsync(query, cancellationToken).ConfigureAwait(false))
        {
            names.UnionWith(select(secret).OfType<string>());
            if (names.Count >= MaxNames)
            {
                break;
            }
        }

        return [.. names];
    }
}
