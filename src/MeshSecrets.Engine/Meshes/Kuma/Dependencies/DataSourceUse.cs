using System.Globalization;
using MeshSecrets.Meshes.Manifests;

namespace MeshSecrets.Meshes.Kuma.Dependencies;

/// <summary>A data source that is a secret: <c>secret: name</c>, or <c>secretRef: {kind: Secret, name}</c> in Kuma 3.</summary>
/// <param name="Field">Its place.</param>
/// <param name="SecretName">The secret.</param>
internal sealed record DataSourceUse(string Field, string SecretName)
{
    /// <summary>All data sources below a node.</summary>
    /// <param name="node">The node, or <see langword="null"/>.</param>
    /// <param name="path">Its place.</param>
    internal static IEnumerable<DataSourceUse> Find(ManifestNode? node, string path)
    {
        if (node?["secret"] is { Length: > 0 } name)
        {
            yield return new DataSourceUse($"{path}.secret", name);
        }

        if (node?.Find("secretRef")?["name"] is { Length: > 0 } reference)
        {
            yield return new DataSourceUse($"{path}.secretRef", reference);
        }

        IEnumerable<(string Name, ManifestNode Node)> below = (node?.Fields ?? []).Select(field => ($".{field.Key}", field.Value))
            .Concat((node?.Entries ?? []).Select((entry, index) => ($"[{index.ToString(CultureInfo.InvariantCulture)}]", entry)));
        foreach (DataSourceUse use in below.SelectMany(child => Find(child.Node, path + child.Name)))
        {
            yield return use;
        }
    }
}
