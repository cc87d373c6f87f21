namespace MeshSecrets.Stores.Kubernetes.Connecting;

/// <summary>
/// Reads kubeconfigs as kubectl does: several files count as one, in which the first to name something wins. See
/// https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/ and
/// https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/.
/// </summary>
public static class Kubeconfig
{
    /// <summary>Reads what a context says about how its cluster is reached. Asks no server, and runs no plugin.</summary>
    /// <param name="options">Which files, and which context.</param>
    /// <returns>The connection, to be disposed by the caller.</returns>
    /// <exception cref="MeshException">
    /// <c>KubeconfigNotFound</c>, <c>KubeconfigUnreadable</c>, <c>KubeconfigInvalid</c>, <c>KubeconfigContextNotFound</c>,
    /// <c>KubeconfigClusterNotFound</c>, <c>KubeconfigUserNotFound</c>, <c>KubeconfigFileUnreadable</c>,
    /// <c>KubeconfigAuthProviderUnsupported</c>, <c>KubernetesTokenInvalid</c>, and those of reading certificates and keys.
    /// </exception>
    public static KubernetesConnection Load(KubeconfigOptions options)
    {
        MergedKubeconfig merged = MergedKubeconfig.Read(options);
        string name = merged.ContextName(options.Context);
        KubeconfigNode context = merged.Contexts[name];
        KubeconfigNode cluster = merged.Clusters.GetValueOrDefault(context.Text("cluster") ?? string.Empty)
            ?? throw KubeconfigErrors.ClusterNotFound(context, context.Text("cluster"));
        KubeconfigNode user = context.Text("user") is { } userName
            ? merged.Users.GetValueOrDefault(userName) ?? throw KubeconfigErrors.UserNotFound(context, userName)
            : KubeconfigNode.Empty(context.File);
        return new ConnectionBuilder(options, cluster, user).Build(name, options.Namespace ?? context.Text("namespace") ?? "default");
    }

    /// <summary>Lists the contexts.</summary>
    /// <param name="options">Which files.</param>
    /// <returns>The contexts by name.</returns>
    /// <exception cref="MeshException"><c>KubeconfigNotFound</c>, <c>KubeconfigUnreadable</c>, <c>KubeconfigInvalid</c>.</exception>
    public static IReadOnlyList<KubeconfigContext> ListContexts(KubeconfigOptions options)
    {
        MergedKubeconfig merged = MergedKubeconfig.Read(options);
        return
        [
            .. merged.Contexts
                .Select(entry => new KubeconfigContext(entry.Key, entry.Value.Text("cluster"), entry.Value.Text("user"), entry.Value.Text("namespace"), entry.Key == merged.CurrentContext))
                .OrderBy(context => context.Name, StringComparer.Ordinal),
        ];
    }
}
