namespace MeshSecrets.Stores.Kubernetes.Connecting;

/// <summary>A context of a kubeconfig.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Cluster">The cluster's name.</param>
/// <param name="User">The user's name, if one is named.</param>
/// <param name="Namespace">The usual namespace, if one is named.</param>
/// <param name="IsCurrent">Whether it is the current context.</param>
public sealed record KubeconfigContext(string Name, string? Cluster, string? User, string? Namespace, bool IsCurrent);
