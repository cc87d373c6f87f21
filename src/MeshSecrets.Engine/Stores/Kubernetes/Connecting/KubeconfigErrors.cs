namespace MeshSecrets.Stores.Kubernetes.Connecting;

/// <summary>Where the errors about kubeconfigs, and about a Pod's own configuration, are born. None quotes what a field holds, which may be a token.</summary>
internal static class KubeconfigErrors
{
    internal static MeshException NotFound(IReadOnlyList<string> paths, bool inCluster) => new(
        "KubeconfigNotFound",
        MeshErrorKind.NotFound,
        $"There is no kubeconfig in {List(paths)}. Give its path with -Kubeconfig or in the environment variable KUBECONFIG."
            + (inCluster ? " In a Pod, connect with -InCluster." : string.Empty),
        paths.Count > 0 ? paths[0] : null);

    internal static MeshException Unreadable(string path, Exception inner) => new(
        "KubeconfigUnreadable", MeshErrorKind.ReadFailed, $"The kubeconfig '{path}' cannot be read: {inner.Message}", path, inner);

    internal static MeshException TooLarge(string path, long size, int limit) => new(
        "KubeconfigInvalid", MeshErrorKind.LimitExceeded, $"The kubeconfig '{path}' has {size} bytes; at most {limit} are read. Name the file that was meant.", path);

    internal static MeshException NoYaml(string path, long line, long column) => new(
        "KubeconfigInvalid",
        MeshErrorKind.InvalidData,
        $"'{path}', line {line}, column {column}: that is no kubeconfig, whose content is one mapping in YAML or JSON. `kubectl config view --kubeconfig '{path}'` says what kubectl makes of it.",
        path);

    internal static MeshException Invalid(KubeconfigNode node, string what, Exception? inner = null) => new(
        "KubeconfigInvalid", MeshErrorKind.InvalidData, $"The kubeconfig's {node.Place}: {what}. Correct it, or have the kubeconfig made anew.", node.File, inner);

    internal static MeshException ContextNotFound(string? context, IEnumerable<string> known, IReadOnlyList<string> paths) => new(
        "KubeconfigContextNotFound",
        MeshErrorKind.NotFound,
        (context is null ? $"No current context is set in {List(paths)}, and none was named." : $"There is no context '{context}' in {List(paths)}.")
            + $" Choose with -Context among: {Names(known)}.",
        context);

    internal static MeshException ClusterNotFound(KubeconfigNode context, string? cluster) => new(
        "KubeconfigClusterNotFound",
        MeshErrorKind.NotFound,
        cluster is null
            ? $"The kubeconfig's {context.Place} names no cluster. Set it: kubectl config set-context --cluster."
            : $"The kubeconfig's {context.Place} names the cluster '{cluster}', which is in none of the files read. Name it as it is called, or add the file that holds it to KUBECONFIG.",
        cluster);

    internal static MeshException UserNotFound(KubeconfigNode context, string user) => new(
        "KubeconfigUserNotFound",
        MeshErrorKind.NotFound,
        $"The kubeconfig's {context.Place} names the user '{user}', who is in none of the files read. Name the user as it is called, or add the file that holds it to KUBECONFIG.",
        user);

    internal static MeshException FileMissing(string place, string path, Exception inner) => new(
        "KubeconfigFileUnreadable",
        inner is FileNotFoundException or DirectoryNotFoundException ? MeshErrorKind.NotFound : MeshErrorKind.ReadFailed,
        $"The kubeconfig's {place} names the file '{path}', which cannot be read: {inner.Message}",
        path,
        inner);

    internal static MeshException AuthProvider(KubeconfigNode user, string provider) => new(
        "KubeconfigAuthProviderUnsupported",
        MeshErrorKind.InvalidData,
        $"The kubeconfig's {user.Place} logs in by the auth-provider '{provider}', which Kubernetes removed in 1.26. Use the credential plugin (exec) that replaced it: "
            + provider switch
            {
                "gcp" => "gke-gcloud-auth-plugin, set up by `gcloud container clusters get-credentials`.",
                "azure" => "kubelogin, set up by `kubelogin convert-kubeconfig`.",
                "oidc" => "kubelogin (kubectl oidc-login), set up by `kubectl oidc-login setup`.",
                _ => "ask who gave you the kubeconfig for one with exec or a token.",
            },
        user.File);

    internal static MeshException InClusterMissing(string what) => new(
        "KubernetesInClusterMissing",
        MeshErrorKind.NotFound,
        $"This is no Pod with a service account: {what}. Outside of a cluster connect with a kubeconfig; in a Pod see that automountServiceAccountToken is not false.");

    internal static MeshException InClusterUnreadable(string path, Exception inner) => new(
        "KubernetesInClusterMissing",
        MeshErrorKind.ReadFailed,
        $"The Pod's service account file '{path}' cannot be read: {inner.Message} See that automountServiceAccountToken is not false, and that this user may read it.",
        path,
        inner);

    private static string List(IReadOnlyList<string> paths) => paths.Count == 0 ? "the files named" : string.Join(", ", paths.Select(path => $"'{path}'"));

    private static string Names(IEnumerable<string> names)
    {
        string text = string.Join(", ", names.Order(StringComparer.Ordinal).Take(20).Select(name => $"'{name}'"));
        return text.Length == 0 ? "(there are none)" : text;
    }
}
