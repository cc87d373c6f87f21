namespace MeshSecrets.Stores.Kubernetes.Connecting;

/// <summary>All files of a kubeconfig as one: whoever names a cluster, user or context first wins, with the whole of it.</summary>
internal sealed class MergedKubeconfig
{
    private readonly Dictionary<string, KubeconfigNode> _clusters = new(StringComparer.Ordinal);
    private readonly Dictionary<string, KubeconfigNode> _users = new(StringComparer.Ordinal);
    private readonly Dictionary<string, KubeconfigNode> _contexts = new(StringComparer.Ordinal);
    private readonly IReadOnlyList<string> _paths;

    private MergedKubeconfig(IReadOnlyList<string> paths)
    {
        _paths = paths;
        foreach (KubeconfigFile file in paths.Select(KubeconfigFile.Read))
        {
            CurrentContext ??= file.CurrentContext;
            Add(_clusters, file.Clusters);
            Add(_users, file.Users);
            Add(_contexts, file.Contexts);
        }
    }

    internal string? CurrentContext { get; }

    internal IReadOnlyDictionary<string, KubeconfigNode> Clusters => _clusters;

    internal IReadOnlyDictionary<string, KubeconfigNode> Users => _users;

    internal IReadOnlyDictionary<string, KubeconfigNode> Contexts => _contexts;

    internal static MergedKubeconfig Read(KubeconfigOptions options)
    {
        if (options.Paths.Count > 0)
        {
            return new([.. options.Paths.Select(path => Path.GetFullPath(path, options.CurrentFolder)).Distinct(StringComparer.Ordinal)]);
        }

        // Files of the list that are not there are passed over, as they may lie on a share; the usual one counts only without a list.
        string[] listed = [.. (options.Environment("KUBECONFIG") ?? string.Empty)
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(path => Path.GetFullPath(path, options.CurrentFolder))
            .Distinct(StringComparer.Ordinal)];
        string[] candidates = listed.Length > 0 ? listed : [Path.Combine(options.HomeFolder, ".kube", "config")];
        string[] present = [.. candidates.Where(path => File.Exists(path) || Directory.Exists(path))];
        return present.Length > 0
            ? new(present)
            : throw KubeconfigErrors.NotFound(candidates, inCluster: options.Environment(InClusterConfiguration.HostVariable) is not null);
    }

    /// <exception cref="MeshException"><c>KubeconfigContextNotFound</c>.</exception>
    internal string ContextName(string? wanted)
    {
        string? name = wanted ?? CurrentContext;
        return name is not null && _contexts.ContainsKey(name) ? name : throw KubeconfigErrors.ContextNotFound(name, _contexts.Keys, _paths);
    }

    private static void Add(Dictionary<string, KubeconfigNode> all, IReadOnlyDictionary<string, KubeconfigNode> more)
    {
        foreach ((string name, KubeconfigNode entry) in more)
        {
            all.TryAdd(name, entry);
        }
    }
}
