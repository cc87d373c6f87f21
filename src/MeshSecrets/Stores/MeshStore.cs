using MeshSecrets.Commands;
using MeshSecrets.Stores;
using MeshSecrets.Stores.Embedded;
using MeshSecrets.Stores.Kubernetes;
using MeshSecrets.Stores.Kubernetes.Connecting;

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
    public string Name { get; internal set; }

    /// <summary><c>Embedded</c> or <c>Kubernetes</c>.</summary>
    public string Kind => Engine.Kind;

    /// <summary>The folder's full path, or the API server's address with the context.</summary>
    public string Location => Engine.Location;

    /// <summary>Whether it is the one that is used when no <c>-Store</c> is given.</summary>
    public bool IsDefault { get; internal set; }

    /// <summary>What connects it again, for messages.</summary>
    internal string HowToConnect => Engine is KubernetesStore { Connection: { } connection }
        ? connection.Context == KubernetesConnection.InClusterContext ? "Connect-MeshStore -InCluster" : $"Connect-MeshStore -Kubernetes -Context '{connection.Context}'"
        : $"Connect-MeshStore '{Location}'";

    internal ISecretStore Engine { get; private set; }

    internal bool IsConnected { get; set; } = true;

    /// <summary>The name.</summary>
    /// <returns>The name.</returns>
    public override string ToString() => Name;

    /// <summary>The store's engine as one that has a further ability.</summary>
    /// <param name="lack">What a store without it does not do, to complete the sentence "The store x …".</param>
    /// <exception cref="MeshException"><c>StoreLacksAbility</c>.</exception>
    /// <remarks>Not constrained to engine interfaces: PowerShell loads this type when the engine cannot be found yet.</remarks>
    internal T Require<T>(string lack)
        where T : class => Engine as T ?? throw SessionErrors.LacksAbility(this, lack);

    /// <summary>Takes the engine of the same place that was opened anew, unless it is that of the same folder's same store.</summary>
    /// <returns>The engine that is not needed, to be disposed.</returns>
    internal ISecretStore Reconnect(ISecretStore fresh)
    {
        if (Engine is EmbeddedStore known && fresh is EmbeddedStore again && known.StoreId == again.StoreId)
        {
            return fresh;
        }

        ISecretStore former = Engine;
        Engine = fresh;
        return former;
    }
}
