namespace MeshSecrets.Secrets;

/// <summary>
/// The identity of a secret: its name and its scope.
/// </summary>
/// <remarks>
/// The scope is a mesh (Kuma <c>Secret</c>), a namespace (Kubernetes <c>Secret</c>), both (a Kuma secret on
/// Kubernetes that is pinned to its control plane's namespace), or neither: global (Kuma <c>GlobalSecret</c>).
/// Two identities are equal if all three parts are, compared ordinally.
/// </remarks>
public sealed record SecretId : IComparable<SecretId>
{
    /// <summary>The mesh that a secret belongs to when none is named, as in Kuma.</summary>
    public const string DefaultMesh = "default";

    /// <summary>Creates an identity and checks each part.</summary>
    /// <param name="name">A DNS subdomain: at most 253 characters of <c>a-z 0-9 - .</c> (RFC 1123; Kuma and Kubernetes).</param>
    /// <param name="mesh">The mesh, or <see langword="null"/>; as a name, and <c>_</c> is allowed too (Kuma).</param>
    /// <param name="namespace">The Kubernetes namespace (a DNS label of at most 63 characters), or <see langword="null"/>.</param>
    /// <exception cref="MeshException"><c>SecretNameInvalid</c>, <c>MeshNameInvalid</c> or <c>NamespaceInvalid</c>.</exception>
    public SecretId(string name, string? mesh = null, string? @namespace = null)
    {
        Name = ResourceName.Secret(name);
        Mesh = mesh is null ? null : ResourceName.Mesh(mesh);
        Namespace = @namespace is null ? null : ResourceName.Namespace(@namespace);
    }

    /// <summary>The secret's name.</summary>
    public string Name { get; }

    /// <summary>The mesh, or <see langword="null"/> if the secret is not scoped to one.</summary>
    public string? Mesh { get; }

    /// <summary>The Kubernetes namespace, or <see langword="null"/>.</summary>
    public string? Namespace { get; }

    /// <summary>Whether the secret has neither mesh nor namespace.</summary>
    public bool IsGlobal => Mesh is null && Namespace is null;

    /// <summary>Orders by namespace, mesh, then name, ordinally; global ones first.</summary>
    /// <param name="other">The identity to compare with.</param>
    /// <returns>Negative, zero or positive, as <see cref="IComparable{T}"/> has it.</returns>
    public int CompareTo(SecretId? other)
    {
        if (other is null)
        {
            return 1;
        }

        int order = string.CompareOrdinal(Namespace, other.Namespace);
        order = order != 0 ? order : string.CompareOrdinal(Mesh, other.Mesh);
        return order != 0 ? order : string.CompareOrdinal(Name, other.Name);
    }

    /// <summary>Reads what <see cref="ToString"/> writes.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The identity, or <see langword="null"/> if the text has another form.</returns>
    /// <exception cref="MeshException">The form fits, but a name in it is invalid.</exception>
    public static SecretId? TryParse(string text) => text.Split('/') switch
    {
        ["global", string name] => new SecretId(name),
        ["namespace", string ns, string name] => new SecretId(name, mesh: null, ns),
        ["mesh", string mesh, string name] => new SecretId(name, mesh),
        ["namespace", string ns, "mesh", string mesh, string name] => new SecretId(name, mesh, ns),
        _ => null,
    };

    /// <summary>A path-like form for messages and references: <c>mesh/default/my-cert</c>, <c>namespace/istio-system/cacerts</c>, <c>global/x</c>.</summary>
    /// <returns>The scope and the name.</returns>
    public override string ToString() => this switch
    {
        { IsGlobal: true } => $"global/{Name}",
        { Mesh: null } => $"namespace/{Namespace}/{Name}",
        { Namespace: null } => $"mesh/{Mesh}/{Name}",
        _ => $"namespace/{Namespace}/mesh/{Mesh}/{Name}",
    };
}
