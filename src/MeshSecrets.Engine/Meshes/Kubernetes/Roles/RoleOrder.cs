using System.Collections.Immutable;
using MeshSecrets.Stores.Kubernetes.Roles;

namespace MeshSecrets.Meshes.Kubernetes.Roles;

/// <summary>Which of the roles' objects are wanted.</summary>
public sealed record RoleOrder
{
    /// <summary>The role.</summary>
    public required StoreRole Role { get; init; }

    /// <summary>In these namespaces alone; empty for the whole cluster.</summary>
    public ImmutableArray<string> Namespaces { get; init; } = [];

    /// <summary>For these secrets alone, as far as RBAC can limit it; empty for all.</summary>
    public ImmutableArray<string> Names { get; init; } = [];

    /// <summary>Who gets it; empty for no binding.</summary>
    public ImmutableArray<RoleSubject> Subjects { get; init; } = [];

    /// <summary>Whether the meshes' resources that refer to secrets may be read, too.</summary>
    public bool WithResources { get; init; }

    /// <summary>Whether workloads may be restarted, too.</summary>
    public bool WithWorkloads { get; init; }
}
