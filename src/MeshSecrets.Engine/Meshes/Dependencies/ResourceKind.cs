using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Stores;

namespace MeshSecrets.Meshes.Dependencies;

/// <summary>A kind of resource that refers to secrets.</summary>
/// <param name="group">The API group; any version of it. <see langword="null"/> for a kind that only Kuma's own form has.</param>
/// <param name="kind">The kind.</param>
public abstract class ResourceKind(string? group, string kind)
{
    /// <summary>The API group, without version.</summary>
    public string? Group { get; } = group;

    /// <summary>The kind.</summary>
    public string Kind { get; } = kind;

    /// <summary>What is asked of a cluster to find all of this kind: all of group and kind, unless a kind says otherwise.</summary>
    public virtual IEnumerable<ResourceSelection> Selections => Group is null ? [] : [new ResourceSelection(new ResourceType(Group, Kind))];

    /// <summary>Whether an object is of this kind; group and kind must be the same unless a kind says otherwise.</summary>
    /// <param name="manifest">The object.</param>
    /// <returns>Whether it is.</returns>
    public virtual bool Matches(Manifest manifest) => manifest.Kind == Kind && manifest.ApiGroup == Group;

    /// <summary>The secrets that a resource refers to, whether they exist or not.</summary>
    /// <param name="resource">A resource of this kind.</param>
    /// <returns>The uses.</returns>
    public abstract IEnumerable<SecretUse> FindUses(Manifest resource);
}
