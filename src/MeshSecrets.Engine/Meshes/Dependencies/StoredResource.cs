using System.Buffers;
using System.Collections.Immutable;
using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Secrets;

namespace MeshSecrets.Meshes.Dependencies;

/// <summary>
/// A resource of a mesh (Mesh, Gateway, …) kept in a store beside the secrets that it uses, so that whoever removes one
/// of them learns of it. It is a secret of the type <see cref="SecretType.Resource"/> that holds the resource as it came.
/// </summary>
public static class StoredResource
{
    /// <summary>The label with the resource's kind, by which stored resources are selected.</summary>
    public const string KindLabel = "meshsecrets.io/kind";

    /// <summary>The only data key: the resource as YAML.</summary>
    public const string ResourceKey = "resource.yaml";

    /// <summary>
    /// The identity under which a resource is kept: kind and name, in the scope that it names itself. Where kinds of
    /// several groups bear one name, all but the first have their group in it.
    /// </summary>
    /// <param name="resource">The resource.</param>
    /// <returns>For example <c>namespace/istio-system/gateway.shop</c>, <c>global/mesh.default</c>.</returns>
    /// <exception cref="MeshException"><c>SecretNameInvalid</c> and the like: the resource has no name, or one that a store cannot keep.</exception>
    public static SecretId IdOf(Manifest resource)
    {
        // The kinds that Kuma once had cluster-wide name their mesh beside their metadata.
        string? mesh = resource.Mesh ?? resource.Root["mesh"];
        return new SecretId(PrefixOf(resource.Kind, resource.ApiGroup) + resource.Name, mesh, resource.Namespace);
    }

    /// <summary>What the names of stored resources of a kind begin with.</summary>
    internal static string PrefixOf(string kind, string? group)
    {
        string? first = MeshDialects.ResourceKinds.FirstOrDefault(known => known.Kind == kind)?.Group;
        return group is not { Length: > 0 } || first is null || group == first ? $"{kind.ToLowerInvariant()}." : $"{kind.ToLowerInvariant()}.{group}.";
    }

    /// <summary>Whether a secret is a stored resource.</summary>
    /// <param name="metadata">The secret's metadata.</param>
    /// <returns>Whether it is.</returns>
    public static bool IsOne(SecretMetadata metadata) => metadata.Type == SecretType.Resource;

    /// <summary>A resource as a secret, under <see cref="IdOf"/>.</summary>
    /// <param name="resource">The resource.</param>
    /// <returns>The secret, to be disposed by the caller.</returns>
    /// <exception cref="MeshException">As for <see cref="IdOf"/>.</exception>
    public static Secret Write(Manifest resource)
    {
        SecretMetadata metadata = new()
        {
            Id = IdOf(resource),
            Type = SecretType.Resource,
            Labels = ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, [new KeyValuePair<string, string>(KindLabel, resource.Kind)]),
        };
        ArrayBufferWriter<byte> yaml = new();
        ManifestWriter.WriteYaml(resource, yaml);
        return new Secret(metadata, new SecretData().Set(ResourceKey, yaml.WrittenSpan));
    }

    /// <summary>The resource in a secret.</summary>
    /// <param name="secret">A secret of the type <see cref="SecretType.Resource"/>.</param>
    /// <returns>The resource, as it went in.</returns>
    /// <exception cref="MeshException"><c>SecretDataKeyMissing</c>, <c>ManifestInvalid</c>: it was changed by hand and is no resource any more.</exception>
    public static Manifest Read(Secret secret)
    {
        string source = secret.Id.ToString();
        byte[] yaml = secret.GetData().GetValue(ResourceKey).ToArray();
        using MemoryStream stream = new(yaml, writable: false);
        Manifest[] found = [.. ManifestReader.Read(stream, source).Take(2)];
        return found is [{ } resource] ? resource : throw ManifestErrors.Invalid(new(source), $"'{ResourceKey}' must hold one resource");
    }
}
