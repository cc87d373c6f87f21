using MeshSecrets.Secrets;

namespace MeshSecrets.Meshes.Dependencies;

/// <summary>One place where a resource refers to a secret.</summary>
/// <param name="User">The resource: <c>Mesh default</c>, <c>Gateway istio-system/shop</c>.</param>
/// <param name="Field">The place in it, as users write it: <c>mtls.backends[ca-1].conf.cert.secret</c>.</param>
/// <param name="SecretName">The name of the secret.</param>
/// <param name="Mesh">Its mesh, or <see langword="null"/> if any or none.</param>
/// <param name="Namespace">Its namespace, or <see langword="null"/> if any or none.</param>
/// <param name="Effect">What happens to the mesh when the secret goes.</param>
/// <param name="Source">Where the resource was read.</param>
public sealed record SecretUse(string User, string Field, string SecretName, string? Mesh, string? Namespace, string Effect, string Source)
{
    /// <summary>Whether an identity is that of the secret: the names agree, and the scopes as far as both are known.</summary>
    /// <param name="id">The identity.</param>
    /// <returns>Whether the resource means it.</returns>
    public bool Means(SecretId id) =>
        id.Name == SecretName
        && (Mesh is null || id.Mesh is null || id.Mesh == Mesh)
        && (Namespace is null || id.Namespace is null || id.Namespace == Namespace);
}
