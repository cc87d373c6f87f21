using MeshSecrets.Secrets;

namespace MeshSecrets.Meshes.Transfer;

/// <summary>
/// Where objects go that do not say it themselves. One that says it is never moved: what stands in its manifest is what
/// its mesh would do with it.
/// </summary>
/// <param name="Mesh">The mesh, or <see langword="null"/>.</param>
/// <param name="Namespace">The namespace, or <see langword="null"/>.</param>
/// <param name="Global">Neither mesh nor namespace.</param>
public sealed record ImportScope(string? Mesh = null, string? Namespace = null, bool Global = false)
{
    /// <summary>As each object says, or as its form has it by default.</summary>
    public static ImportScope Own { get; } = new();

    /// <summary>
    /// The namespace of an object that belongs to no mesh and names none, in place of the form's default: in a cluster that of
    /// the connection, where kubectl, too, would put it.
    /// </summary>
    public string? UsualNamespace { get; init; }

    /// <summary>Whether nothing is asked for that an object might say otherwise.</summary>
    internal bool IsOwn => Mesh is null && Namespace is null && !Global;

    /// <summary>The identity under which an object is kept.</summary>
    /// <param name="own">The identity as its form reads it, with the form's default where the object says nothing.</param>
    /// <param name="said">What the object itself says.</param>
    /// <returns>The identity.</returns>
    /// <exception cref="MeshException"><c>ScopeConflict</c>: the object says another scope.</exception>
    public SecretId Apply(SecretId own, SaidScope said)
    {
        if (UsualNamespace is { } usual && own is { Mesh: null, Namespace: not null } && said.Namespace is null)
        {
            own = new SecretId(own.Name, mesh: null, usual);
        }

        if (IsOwn)
        {
            return own;
        }

        if (Global)
        {
            return said.Mesh is null && said.Namespace is null ? new SecretId(own.Name) : throw TransferErrors.ScopeConflict(own, "-Global");
        }

        // What names a namespace and is of no mesh has said all that it has to say.
        bool isOfNone = said.IsGlobal || (own.Mesh is null && said.Namespace is not null);
        if (Mesh is not null && (isOfNone || (said.Mesh is not null && said.Mesh != Mesh)))
        {
            throw TransferErrors.ScopeConflict(own, $"-Mesh {Mesh}");
        }

        if (Namespace is not null && said.Namespace is not null && said.Namespace != Namespace)
        {
            throw TransferErrors.ScopeConflict(own, $"-Namespace {Namespace}");
        }

        // A mesh alone means that: the namespace that kubectl would take is not what was asked for.
        bool meshOnly = Mesh is not null && own.Mesh is null;
        return new SecretId(own.Name, Mesh ?? own.Mesh, Namespace ?? (meshOnly ? null : own.Namespace));
    }
}
