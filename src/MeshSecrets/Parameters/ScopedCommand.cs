using System.Management.Automation;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;

namespace MeshSecrets.Commands;

/// <summary>The base of cmdlets that work on secrets of a scope: a mesh, a namespace, or all (global).</summary>
public abstract class ScopedCommand : StoreCommand
{
    /// <summary>The mesh; without it, and without -Namespace and -Global, the mesh <c>default</c>.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [AllowEmptyString]
    [ArgumentCompleter(typeof(MeshCompleter))]
    public string? Mesh { get; set; }

    /// <summary>The Kubernetes namespace.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [AllowEmptyString]
    [ArgumentCompleter(typeof(NamespaceCompleter))]
    public string? Namespace { get; set; }

    /// <summary>Neither mesh nor namespace.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public SwitchParameter Global { get; set; }

    /// <summary>The scope when none is given: a mesh's name, or <see langword="null"/> for global.</summary>
    private protected virtual string? UsualMesh => SecretId.DefaultMesh;

    /// <summary>Whether the scope parameters name one scope, or none, without wildcards.</summary>
    private protected bool IsScopeExact => !(WildcardPattern.ContainsWildcardCharacters(Mesh ?? "") || WildcardPattern.ContainsWildcardCharacters(Namespace ?? ""));

    private protected bool IsScopeGiven => Global || !string.IsNullOrEmpty(Mesh) || !string.IsNullOrEmpty(Namespace);

    /// <summary>The identity that a name and the scope parameters mean.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The identity.</returns>
    /// <exception cref="MeshException">A name is invalid, or -Global is given with another scope.</exception>
    private protected SecretId ToId(string name)
    {
        EnsureOneScope();
        MeshStore? store = FindStore();
        SecretId id = IsScopeGiven
            ? new SecretId(name, NullIfEmpty(Mesh), NullIfEmpty(Namespace))
            : new SecretId(name, UsualMeshIn(store));
        return store is null ? id : store.Engine.PlaceOf(id);
    }

    /// <summary>The scope when none is given, in a store: where there are namespaces, the usual one takes the place of the usual mesh.</summary>
    private protected string? UsualMeshIn(MeshStore? store) => store?.Engine is INamespacedStore ? null : UsualMesh;

    /// <summary>The query that names and the scope parameters mean.</summary>
    /// <param name="names">Name patterns; none for all.</param>
    /// <param name="usualScope">Whether no scope parameter means the usual scope, as for changes, or all scopes, as for listing.</param>
    /// <returns>The query.</returns>
    /// <exception cref="MeshException">A mesh or namespace is none that can be, or -Global is given with another scope.</exception>
    private protected SecretQuery ToQuery(string[]? names, bool usualScope)
    {
        EnsureOneScope();
        _ = new SecretId("any", ExactOrNull(Mesh), ExactOrNull(Namespace)); // In what can be no scope nothing is found, which would not say why.
        bool usual = usualScope && !IsScopeGiven;
        string? usualMesh = usual ? UsualMeshIn(FindStore()) : null;
        return new SecretQuery
        {
            Names = [.. names ?? []],
            Mesh = usual ? usualMesh : NullIfEmpty(Mesh),
            Namespace = NullIfEmpty(Namespace),
            GlobalOnly = Global || (usual && usualMesh is null),
        };
    }

    private static string? ExactOrNull(string? pattern) => WildcardPattern.ContainsWildcardCharacters(pattern ?? "") ? null : NullIfEmpty(pattern);

    private protected static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    /// <exception cref="MeshException"><c>ScopeAmbiguous</c>: -Global is given with another scope.</exception>
    private protected void EnsureOneScope()
    {
        if (Global && (!string.IsNullOrEmpty(Mesh) || !string.IsNullOrEmpty(Namespace)))
        {
            throw ParameterErrors.GlobalWithScope();
        }
    }
}
