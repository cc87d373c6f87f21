namespace MeshSecrets.Meshes.Gloo.Relay;

/// <summary>
/// The names of the secrets by which Gloo Mesh's agents and its management plane (the relay) know each other, as its
/// Helm charts have them by default.
/// </summary>
/// <remarks>
/// The clusters of one installation have secrets of the same names, so in a store those of a cluster bear its name
/// behind theirs (<c>relay-client-tls-secret.cluster-1</c>) and the label <see cref="ClusterLabel"/>. The form
/// <c>GlooRelay</c> writes them with the names that the cluster wants.
/// </remarks>
public static class RelaySecretName
{
    /// <summary>The agent's certificate and key, in each cluster with an agent.</summary>
    public const string Client = "relay-client-tls-secret";

    /// <summary>The root that both sides trust; in a cluster with an agent only its certificate.</summary>
    public const string Root = "relay-root-tls-secret";

    /// <summary>The token by which an agent without certificate is trusted once; data key <see cref="TokenKey"/>.</summary>
    public const string Token = "relay-identity-token-secret";

    /// <summary>The management plane's certificate and key.</summary>
    public const string Server = "relay-server-tls-secret";

    /// <summary>The authority by which the management plane issues the agents' certificates.</summary>
    public const string Signing = "relay-tls-signing-secret";

    /// <summary>The data key of the token.</summary>
    public const string TokenKey = "token";

    /// <summary>The namespace in which they stand.</summary>
    public const string Namespace = "gloo-mesh";

    /// <summary>The label with the registered name of the cluster that a secret is for.</summary>
    public const string ClusterLabel = "meshsecrets.io/cluster";

    private static readonly string[] s_all = [Client, Root, Token, Server, Signing];

    /// <summary>The name in a store of a cluster's secret.</summary>
    /// <param name="name">The name in the cluster.</param>
    /// <param name="cluster">The cluster's registered name.</param>
    /// <returns>For example <c>relay-client-tls-secret.cluster-1</c>.</returns>
    public static string Of(string name, string cluster) => $"{name}.{cluster}";

    /// <summary>The name in the cluster of what stands in a store.</summary>
    /// <param name="stored">The name in the store.</param>
    /// <returns>One of the five names, or <see langword="null"/> if it is none of theirs.</returns>
    public static string? TryParse(string stored) =>
        Array.Find(s_all, name => stored == name || (stored.StartsWith(name, StringComparison.Ordinal) && stored[name.Length] == '.'));
}
