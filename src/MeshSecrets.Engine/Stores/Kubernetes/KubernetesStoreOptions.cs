using System.Collections.Immutable;
using MeshSecrets.Secrets;
using MeshSecrets.Stores.Kubernetes.Connecting;

namespace MeshSecrets.Stores.Kubernetes;

/// <summary>How a cluster is used as a store.</summary>
public sealed record KubernetesStoreOptions
{
    /// <summary>The field manager that writes are noted under, unless another is named.</summary>
    public const string UsualFieldManager = "meshsecrets";

    /// <summary>The namespace of Kuma's control plane, unless another is named.</summary>
    public const string UsualMeshNamespace = "kuma-system";

    /// <summary>How the cluster is reached; disposed with the store.</summary>
    public required KubernetesConnection Connection { get; init; }

    /// <summary>The only namespaces that listings cover, the first one the usual one; empty for all, the context's being the usual one.</summary>
    public ImmutableArray<string> Namespaces { get; init; } = [];

    /// <summary>Where secrets stand that name a mesh and no namespace.</summary>
    public string MeshNamespace { get; init; } = UsualMeshNamespace;

    /// <summary>The field manager that writes are noted under.</summary>
    public string FieldManager { get; init; } = UsualFieldManager;

    /// <summary>Whether fields that another manager owns are taken over; otherwise that is an error, which names it.</summary>
    public bool ForceConflicts { get; init; }

    /// <summary>How many requests are under way at once.</summary>
    public int MaxConnections { get; init; } = 8;

    /// <summary>The time for one try of a request, answer included.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a request is repeated while the server cannot be reached, restarts, or asks for patience.</summary>
    public TimeSpan RetryFor { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a lease lasts unless it is renewed: whoever waits for a runner that died waits that long.</summary>
    public TimeSpan LeaseDuration { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The time after which a watch asks the server anew, once to twice that; a connection that is silent for longer is taken for cut.</summary>
    public TimeSpan WatchTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The clock.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Told of each try of a request: method, path, outcome and time, never a header or body. Called from any thread.</summary>
    public Action<string>? OnRequest { get; init; }

    /// <summary>Checks what no server need be asked for.</summary>
    /// <exception cref="MeshException"><c>NamespaceInvalid</c>.</exception>
    internal void EnsureValid()
    {
        foreach (string name in Namespaces.IsDefault ? [MeshNamespace] : Namespaces.Add(MeshNamespace))
        {
            ResourceName.Namespace(name);
        }
    }
}
