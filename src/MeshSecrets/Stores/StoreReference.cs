namespace MeshSecrets;

/// <summary>What <c>-Store</c> takes: a store, the name of a connected one, or the path of one.</summary>
public sealed class StoreReference
{
    /// <summary>A connected store.</summary>
    /// <param name="store">The store.</param>
    public StoreReference(MeshStore store)
    {
        Store = store;
        Text = store.Name;
    }

    /// <summary>A name or a path.</summary>
    /// <param name="nameOrPath">The name of a connected store, or else a path.</param>
    public StoreReference(string nameOrPath) => Text = nameOrPath;

    internal MeshStore? Store { get; }

    internal string Text { get; }

    /// <summary>The name or path.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => Text;
}
