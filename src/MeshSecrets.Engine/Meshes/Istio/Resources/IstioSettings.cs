using System.Collections.Immutable;
using System.Text.RegularExpressions;
using MeshSecrets.Meshes.Manifests;

namespace MeshSecrets.Meshes.Istio.Resources;

/// <summary>Parts that Istio's resources have in common.</summary>
internal static partial class IstioSettings
{
    /// <summary>Refuses a name that is no DNS label.</summary>
    internal static void EnsureLabel(string kind, string name)
    {
        if (!Label().IsMatch(name))
        {
            throw IstioErrors.NameInvalid(kind, name);
        }
    }

    /// <summary>A sequence of strings; nothing if there are none.</summary>
    internal static ManifestNode? Texts(ImmutableArray<string> texts) =>
        texts.IsEmpty ? null : ManifestNode.Sequence(texts.Select(text => ManifestNode.String(text)));

    /// <summary>A mapping of labels.</summary>
    internal static ManifestNode Labels(ImmutableSortedDictionary<string, string> labels)
    {
        ManifestNode mapping = ManifestNode.Mapping();
        foreach ((string key, string value) in labels)
        {
            mapping.Set(key, ManifestNode.String(value));
        }

        return mapping;
    }

    /// <summary>RFC 1123.</summary>
    [GeneratedRegex(@"^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\z")]
    private static partial Regex Label();
}
