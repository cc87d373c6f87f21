using MeshSecrets.Stores;
using MeshSecrets.Stores.Embedded;

namespace MeshSecrets.Commands;

/// <summary>The base of cmdlets that use the stores of the session.</summary>
public abstract class StoreSessionCommand : MeshCmdlet
{
    /// <summary>Whether a damaged store is opened all the same, because the cmdlet says what is wrong with it.</summary>
    private protected virtual bool OpensDamaged => false;

    /// <summary>The store meant by a reference, opened if need be; the default store is created if need be.</summary>
    /// <param name="reference">The reference; <see langword="null"/> for the session's default.</param>
    /// <returns>The store.</returns>
    internal MeshStore ResolveStore(StoreReference? reference) => Resolve(reference, createDefault: true);

    /// <summary>As <see cref="ResolveStore"/>, but creates nothing.</summary>
    /// <param name="reference">The reference; <see langword="null"/> for the session's default.</param>
    /// <returns>The store, or <see langword="null"/> if the default one is meant and nothing was ever stored in it.</returns>
    internal MeshStore? FindStore(StoreReference? reference) =>
        reference is null && StoreSession.Current.Default is null && !EmbeddedStore.Exists(StoreLocations.DefaultStore())
            ? null
            : Resolve(reference, createDefault: false);

    /// <summary>As <see cref="FindStore"/>, for a cmdlet that needs a store.</summary>
    /// <param name="reference">The reference; <see langword="null"/> for the session's default.</param>
    /// <returns>The store.</returns>
    /// <exception cref="MeshException"><c>StoreNotFound</c>.</exception>
    internal MeshStore RequireStore(StoreReference? reference) => Resolve(reference, createDefault: false);

    /// <summary>The store meant by a reference if it is connected already; opens nothing.</summary>
    /// <param name="reference">The reference; <see langword="null"/> for the session's default.</param>
    /// <returns>The store, or <see langword="null"/>.</returns>
    private protected static MeshStore? Connected(StoreReference? reference) => reference switch
    {
        null => StoreSession.Current.Default,
        { Store: { } store } => store.IsConnected ? store : StoreSession.Current.Find(store.Location),
        _ => StoreSession.Current.Find(reference.Text),
    };

    private MeshStore Resolve(StoreReference? reference, bool createDefault)
    {
        if (Connected(reference) is { } connected)
        {
            return connected;
        }

        StoreSession session = StoreSession.Current;
        if (reference is null)
        {
            return OpenDefault(session, createDefault);
        }

        if (reference.Store is { } gone)
        {
            throw SessionErrors.Disconnected(gone);
        }

        string path = FilePaths.Literal(reference.Text);
        return session.Find(path) ?? Open(session, path, createIfMissing: false, makeDefault: false);
    }

    private MeshStore OpenDefault(StoreSession session, bool create)
    {
        string path = StoreLocations.DefaultStore();
        return session.Find(path) ?? Open(session, path, create, makeDefault: true);
    }

    private MeshStore Open(StoreSession session, string path, bool createIfMissing, bool makeDefault)
    {
        EmbeddedStoreOptions options = new() { Path = path, CreateIfMissing = createIfMissing, DeferLoading = OpensDamaged, TimeProvider = Time };
        EmbeddedStore engine = Run(ct => EmbeddedStore.OpenAsync(options, ct));
        return session.Add(makeDefault ? StoreSession.DefaultName : StoreSession.NameFor(path), engine, makeDefault);
    }
}
