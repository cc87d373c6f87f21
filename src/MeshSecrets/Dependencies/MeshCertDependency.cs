using MeshSecrets.Meshes.Dependencies;

namespace MeshSecrets;

/// <summary>One use of a secret, a key or an authority.</summary>
public sealed class MeshCertDependency
{
    private readonly Dependency _dependency;

    internal MeshCertDependency(Dependency dependency) => _dependency = dependency;

    /// <summary>The name of what is used.</summary>
    public string Name => _dependency.Used.Name;

    /// <summary>Its Kubernetes namespace, or nothing.</summary>
    public string? Namespace => _dependency.Used.Namespace;

    /// <summary>Its mesh, or nothing.</summary>
    public string? Mesh => _dependency.Used.Mesh;

    /// <summary>What uses it: a resource, as <c>Gateway istio-system/shop</c>, or another secret.</summary>
    public string User => _dependency.User;

    /// <summary>The resource's kind, or <c>Secret</c>, <c>TlsKey</c>, <c>Authority</c>.</summary>
    public string UserKind => _dependency.UserKind;

    /// <summary>The field of the resource, or the data key of the secret with the certificate's place in it.</summary>
    public string Field => _dependency.Field;

    /// <summary>In which way: <c>Reference</c>, <c>IssuedBy</c>, <c>TrustedIn</c>, <c>ChainMember</c>, <c>SameKey</c> or <c>SameCertificate</c>.</summary>
    public string Relation => _dependency.Relation.ToString();

    /// <summary>What follows for the user.</summary>
    public string Effect => _dependency.Effect;

    /// <summary>Where the user was found: a store's name or a file.</summary>
    public string Source => _dependency.Source;

    /// <summary>Who uses what.</summary>
    /// <returns>For example <c>global/mesh-ca: IssuedBy mesh/default/web</c>.</returns>
    public override string ToString() => $"{_dependency.Used}: {Relation} {User}";
}
