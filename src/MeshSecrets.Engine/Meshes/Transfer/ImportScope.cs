using MeshSecrets.Meshes.Manifests;
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
    private const string GlobalKind = "GlobalSecret";
    private const string GlobalType = "system.kuma.io/global-secret";

    /// <summary>As each object says, or as its form has it by default.</summary>
    public static ImportScope Own { get; } = new();

    /// <summary>The identity under which an object is kept.</summary>
    /// <param name="own">The identity as its form reads it, with the form's default where the object says nothing.</param>
    /// <param name="manifest">The object.</param>
    /// <returns>The identity.</returns>
    /// <exception cref="MeshException"><c>ScopeConflict</c>: the object says another scope.</exception>
    public SecretId Apply(SecretId own, Manifest manifest)
    {
        if (this == Own)
        {
            return own;
        }

        string? mesh = manifest.Mesh ?? (manifest.IsUniversal ? null : manifest.Root["mesh"]);
        bool isGlobal = manifest.Kind == GlobalKind || manifest.Root["type"] == GlobalType;
        if (Global)
        {
            return mesh is null && manifest.Namespace is null ? new SecretId(own.Name) : throw TransferErrors.ScopeConflict(own, "-Global");
        }

        // What names a namespace and is of no mesh has said all that it has to say.
        bool isOfNone = own.Mesh is null && manifest.Namespace is not null;
        if (Mesh is not null && (isGlobal || isOfNone || (mesh is not null && mesh != Mesh)))
        {
            throw TransferErrors.ScopeConflict(own, $"-Mesh {Mesh}");
        }

        if (Namespace is not null && manifest.Namespace is not null && manifest.Namespace != Namespace)
        {
            throw TransferErrors.ScopeConflict(own, $"-Namespace {Namespace}");
        }

        // A mesh alone means that: the namespace that kubectl would take is not what was asked for.
        bool meshOnly = Mesh is not null && own.Mesh is null;
        return new SecretId(own.Name, Mesh ?? own.Mesh, Namespace ?? (meshOnly ? null : own.Namespace));
    }
}
