using System.Management.Automation;
using MeshSecrets.Stores;
using MeshSecrets.Stores.Embedded;

namespace MeshSecrets.Commands;

/// <summary>The base of cmdlets that work on a store.</summary>
public abstract class StoreCommand : MeshCmdlet
{
    /// <summary>The store: one that is connected, its name, or the path of one. Without it, the session's default.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(StoreCompleter))]
    public StoreReference? Store { get; set; }

    /// <summary>The store meant by <see cref="Store"/>, opened if need be. Asked anew for each record, since each may name another.</summary>
    /// <returns>The store.</returns>
    internal MeshStore ResolveStore() => ResolveStore(Store);

    /// <summary>The store meant by a reference, opened if need be.</summary>
    /// <param name="reference">The reference; <see langword="null"/> for the session's default.</param>
    /// <returns>The store.</returns>
    internal MeshStore ResolveStore(StoreReference? reference)
    {
        StoreSession session = StoreSession.Current;
        if (reference is null)
        {
            return session.Default ?? OpenDefault(session);
        }

        if ((reference.Store ?? session.Find(reference.Text)) is { } connected)
        {
            return connected;
        }

        string path = FilePaths.Literal(reference.Text);
        return session.Find(path) ?? Open(session, path, createIfMissing: false, makeDefault: false);
    }

    private MeshStore OpenDefault(StoreSession session)
    {
        string path = StoreLocations.DefaultStore();
        return session.Find(path) ?? Open(session, path, createIfMissing: true, makeDefault: true);
    }

    private MeshStore Open(StoreSession session, string path, bool createIfMissing, bool makeDefault)
    {
        EmbeddedStoreOptions options = new() { Path = path, CreateIfMissing = createIfMissing, TimeProvider = Time };
        EmbeddedStore engine = Run(ct => EmbeddedStore.OpenAsync(options, ct));
        return session.Add(makeDefault ? "default" : Path.GetFileName(path), engine, makeDefault);
    }
}
