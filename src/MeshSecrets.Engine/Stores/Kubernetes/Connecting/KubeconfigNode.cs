using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace MeshSecrets.Stores.Kubernetes.Connecting;

/// <summary>
/// A mapping of a kubeconfig together with where it stands, so that whatever is wrong in it can be said with its place.
/// Fields that are not asked for are not looked at: newer kubeconfigs have more than we know.
/// </summary>
internal sealed class KubeconfigNode(YamlMappingNode map, string file, string place)
{
    /// <summary>The file's full path.</summary>
    internal string File { get; } = file;

    /// <summary>For messages, for example <c>user 'admin' in '/home/a/.kube/config'</c>.</summary>
    internal string Place { get; } = place;

    internal static KubeconfigNode Empty(string file) => new(new YamlMappingNode(), file, $"'{file}'");

    internal KubeconfigNode At(string place) => new(map, File, place);

    /// <summary>A text, <see langword="null"/> if it is absent, null or empty, as client-go takes it.</summary>
    internal string? Text(string key) => Find(key) switch
    {
        null => null,
        YamlScalarNode scalar => IsNull(scalar) ? null : scalar.Value,
        _ => throw KubeconfigErrors.Invalid(this, $"{key} is no text"),
    };

    internal bool Flag(string key) => Text(key) switch
    {
        null or "false" or "False" or "FALSE" => false,
        "true" or "True" or "TRUE" => true,
        _ => throw KubeconfigErrors.Invalid(this, $"{key} is neither true nor false"),
    };

    /// <summary>What a field holds in base64.</summary>
    internal byte[]? Data(string key)
    {
        if (Text(key) is not { } text)
        {
            return null;
        }

        try
        {
            return Convert.FromBase64String(text);
        }
        catch (FormatException e)
        {
            throw KubeconfigErrors.Invalid(this, $"{key} is no base64", e);
        }
    }

    /// <summary>A path; a relative one counts from the folder of the file that names it.</summary>
    internal string? Path(string key) => Text(key) is { } path ? Resolve(path) : null;

    internal string Resolve(string path) => System.IO.Path.GetFullPath(path, System.IO.Path.GetDirectoryName(File)!);

    internal KubeconfigNode? Map(string key) => Find(key) switch
    {
        null => null,
        YamlMappingNode map => new KubeconfigNode(map, File, Place),
        YamlScalarNode scalar when IsNull(scalar) => null,
        _ => throw KubeconfigErrors.Invalid(this, $"{key} is no mapping"),
    };

    internal IReadOnlyList<string> Texts(string key) =>
        [.. Items(key).Select(item => item is YamlScalarNode { Value: { } text } ? text : throw KubeconfigErrors.Invalid(this, $"{key} holds what is no text"))];

    internal IReadOnlyList<KubeconfigNode> Maps(string key) =>
        [.. Items(key).Select(item => item is YamlMappingNode map ? new KubeconfigNode(map, File, Place) : throw KubeconfigErrors.Invalid(this, $"{key} holds what is no mapping"))];

    /// <summary>A mapping of texts to lists of texts.</summary>
    internal IReadOnlyDictionary<string, IReadOnlyList<string>> Lists(string key)
    {
        Dictionary<string, IReadOnlyList<string>> lists = new(StringComparer.Ordinal);
        if (Map(key) is { } map)
        {
            foreach (string name in map.Keys)
            {
                lists[name] = map.Texts(name);
            }
        }

        return lists;
    }

    /// <summary>A field as it stands, for what is handed on.</summary>
    internal YamlNode? Raw(string key) => Find(key);

    private IEnumerable<string> Keys => map.Children.Keys.OfType<YamlScalarNode>().Select(key => key.Value ?? string.Empty);

    private IEnumerable<YamlNode> Items(string key) => Find(key) switch
    {
        null => [],
        YamlSequenceNode list => list.Children,
        YamlScalarNode scalar when IsNull(scalar) => [],
        _ => throw KubeconfigErrors.Invalid(this, $"{key} is no list"),
    };

    private YamlNode? Find(string key) => map.Children.TryGetValue(new YamlScalarNode(key), out YamlNode? found) ? found : null;

    internal static bool IsNull(YamlScalarNode scalar) =>
        scalar.Value is null or "" || (scalar.Style == ScalarStyle.Plain && scalar.Value is ("~" or "null" or "Null" or "NULL"));
}
