using MeshSecrets.Stores;

namespace MeshSecrets;

/// <summary>A store that is connected in this session.</summary>
public sealed class MeshStore
{
    internal MeshStore(string name, ISecretStore engine)
    {
        Name = name;
        Engine = engine;
    }

    /// <summary>The name by which <c>-Store</c> means it in this session.</summary>
    public string Name { get; }

    /// <summary><c>Embedded</c>, …</summary>
    public string Kind => Engine.Kind;

    /// <summary>The folder's full path, or the address.</summary>
    public string Location => Engine.Location;

    /// <summary>Whether it is the one that is used when no <c>-Store</c> is given.</summary>
    public bool IsDefault { get; internal set; }

    internal ISecretStore Engine { get; }

    /// <summary>The name.</summary>
    /// <returns>The name.</returns>
    public override string ToString() => Name;
}
