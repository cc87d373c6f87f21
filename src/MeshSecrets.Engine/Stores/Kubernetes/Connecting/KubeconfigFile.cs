using System.Text;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace MeshSecrets.Stores.Kubernetes.Connecting;

/// <summary>One file of a kubeconfig: its named clusters, users and contexts.</summary>
internal sealed class KubeconfigFile
{
    private const int MaxSize = 16 * 1024 * 1024;

    private KubeconfigFile(KubeconfigNode? root)
    {
        CurrentContext = root?.Text("current-context");
        Clusters = Named(root, "clusters", "cluster");
        Users = Named(root, "users", "user");
        Contexts = Named(root, "contexts", "context");
    }

    internal string? CurrentContext { get; }

    internal IReadOnlyDictionary<string, KubeconfigNode> Clusters { get; }

    internal IReadOnlyDictionary<string, KubeconfigNode> Users { get; }

    internal IReadOnlyDictionary<string, KubeconfigNode> Contexts { get; }

    /// <exception cref="MeshException"><c>KubeconfigNotFound</c>, <c>KubeconfigUnreadable</c>, <c>KubeconfigInvalid</c>.</exception>
    internal static KubeconfigFile Read(string path)
    {
        try
        {
            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (stream.CanSeek && stream.Length > MaxSize)
            {
                throw KubeconfigErrors.TooLarge(path, stream.Length, MaxSize);
            }

            using StreamReader reader = new(stream, Encoding.UTF8);
            return new KubeconfigFile(Parse(reader, path));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw KubeconfigErrors.NotFound([path], inCluster: false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw KubeconfigErrors.Unreadable(path, e);
        }
    }

    private static KubeconfigNode? Parse(StreamReader reader, string path)
    {
        YamlStream yaml = [];
        try
        {
            yaml.Load(reader);
        }
        catch (YamlException e)
        {
            // The parser's words may quote what stands there, a token for one; its place is enough.
            throw KubeconfigErrors.NoYaml(path, e.Start.Line, e.Start.Column);
        }

        return yaml.Documents.FirstOrDefault()?.RootNode switch
        {
            null => null,
            YamlMappingNode map => new KubeconfigNode(map, path, $"'{path}'"),
            YamlScalarNode scalar when KubeconfigNode.IsNull(scalar) => null,
            YamlNode other => throw KubeconfigErrors.NoYaml(path, other.Start.Line, other.Start.Column),
        };
    }

    private static Dictionary<string, KubeconfigNode> Named(KubeconfigNode? root, string list, string kind)
    {
        Dictionary<string, KubeconfigNode> found = new(StringComparer.Ordinal);
        foreach (KubeconfigNode entry in root?.Maps(list) ?? [])
        {
            string name = entry.Text("name") ?? throw KubeconfigErrors.Invalid(entry, $"an entry of {list} has no name");
            KubeconfigNode content = entry.Map(kind) ?? KubeconfigNode.Empty(entry.File);
            if (!found.TryAdd(name, content.At($"{kind} '{name}' in '{entry.File}'")))
            {
                throw KubeconfigErrors.Invalid(entry, $"the {kind} '{name}' is there twice");
            }
        }

        return found;
    }
}
