using System.Collections.Concurrent;
using System.Management.Automation;
using System.Runtime.ExceptionServices;
using MeshSecrets.Meshes.Dependencies;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;

namespace MeshSecrets.Commands;

/// <summary>The base of cmdlets that find secrets by their names, with wildcards or without.</summary>
public abstract class SecretSearchCommand : ScopedCommand
{
    /// <summary>The only type that the cmdlet works on, or <see langword="null"/> for any.</summary>
    private protected virtual string? OnlyType => null;

    /// <summary>What such a secret is called in messages.</summary>
    private protected virtual string Noun => "secret";

    /// <summary>The secrets of a name or pattern, as they are read.</summary>
    /// <param name="store">The store; <see langword="null"/> for one that does not exist yet.</param>
    /// <param name="name">The name or pattern.</param>
    /// <param name="usualScope">Whether no scope parameter means the usual scope, as for changes, or all scopes, as for listing.</param>
    /// <param name="filter">Further conditions; none of the names and scopes in it count.</param>
    /// <returns>What was found.</returns>
    /// <exception cref="MeshException"><c>SecretNotFound</c>, if a name without wildcards is not there and no further conditions are given.</exception>
    private protected IEnumerable<MeshSecret> Find(MeshStore? store, string name, bool usualScope, SecretQuery? filter = null)
    {
        bool found = false;
        foreach (MeshSecret secret in Search(store, name, usualScope, filter))
        {
            found = true;
            yield return secret;
        }

        bool conditional = filter is not null && (!filter.Labels.IsEmpty || filter.ExpiresBefore is not null || !filter.Types.IsEmpty);
        if (!found && !conditional && !WildcardPattern.ContainsWildcardCharacters(name))
        {
            throw NotFound(name, usualScope);
        }
    }

    /// <summary>As <see cref="Find"/>, where nothing found is no error.</summary>
    private protected IEnumerable<MeshSecret> Search(MeshStore? store, string name, bool usualScope, SecretQuery? filter = null)
    {
        if (store is null)
        {
            return [];
        }

        if (OnlyType is not null)
        {
            filter = (filter ?? SecretQuery.All) with { Types = [OnlyType] };
        }

        return !WildcardPattern.ContainsWildcardCharacters(name) && IsScopeExact && (usualScope || IsScopeGiven)
            ? Read(store, ToId(name), filter)
            : List(store, name, usualScope, filter);
    }

    /// <summary>Whether a secret is worth nothing elsewhere, and opens its own cluster: it leaves the store only if it is named.</summary>
    private protected bool IsBoundToCluster(MeshSecret secret)
    {
        bool bound = secret.Type == SecretType.ServiceAccountToken;
        if (bound)
        {
            WriteVerbose($"{secret} was left out: the token of a service account belongs to its cluster alone. Name it in full to take it all the same.");
        }

        return bound;
    }

    private protected MeshException NotFound(string name, bool usualScope)
    {
        string scope = (Global.IsPresent, string.IsNullOrEmpty(Mesh), string.IsNullOrEmpty(Namespace)) switch
        {
            (true, _, _) => "among the global ones",
            (_, false, false) => $"in mesh '{Mesh}' and namespace '{Namespace}'",
            (_, false, _) => $"in mesh '{Mesh}'",
            (_, _, false) => $"in namespace '{Namespace}'",
            _ when FindStore()?.Engine is INamespacedStore namespaced => usualScope ? $"in namespace '{namespaced.UsualNamespace}'" : "in the namespaces that are listed",
            _ when usualScope && UsualMesh is not null => $"in mesh '{UsualMesh}'",
            _ when usualScope => "among the global ones",
            _ => "in any scope",
        };
        return SecretInputErrors.NotFound(Noun, name, scope);
    }

    private IEnumerable<MeshSecret> Read(MeshStore store, SecretId id, SecretQuery? filter)
    {
        using Secret? secret = Run(ct => store.Engine.GetAsync(id, ct));
        SecretMetadata? found = secret?.Metadata ?? FindResource(store, id);
        return found is not null && (filter is null || filter.Matches(found)) ? [MeshSecret.From(found, store)] : [];
    }

    /// <summary>The resource that a secret's name may mean instead. Who may read secrets alone asked for a secret, and it is not there.</summary>
    private SecretMetadata? FindResource(MeshStore store, SecretId id)
    {
        try
        {
            return Run(ct => new StoredResources(store.Engine).FindAsync(id, ct))?.Metadata;
        }
        catch (MeshException e) when (e.Kind == MeshErrorKind.PermissionDenied)
        {
            WriteVerbose(e.Message);
            return null;
        }
    }

    private IEnumerable<MeshSecret> List(MeshStore store, string name, bool usualScope, SecretQuery? filter)
    {
        (SecretQuery scope, Func<SecretMetadata, bool> matches) = ToSearch(name, usualScope);
        SecretQuery query = scope with
        {
            Types = filter?.Types ?? [],
            Labels = filter?.Labels ?? scope.Labels,
            ExpiresBefore = filter?.ExpiresBefore,
        };
        IEnumerable<SecretMetadata> found = Stream(ct => store.Engine.ListAsync(query, ct));
        if (AreResourcesMeant(store, name, query))
        {
            found = found.Concat(ListResources(store, query));
        }

        return found.Where(matches).Select(metadata => MeshSecret.From(metadata, store));
    }

    /// <summary>Whether resources of a cluster are asked for, which are not among its secrets: by their type, or by a name that begins with a kind.</summary>
    private static bool AreResourcesMeant(MeshStore store, string name, SecretQuery query) => store.Engine is IResourceStore
        && (query.Types.IsDefaultOrEmpty ? new StoredResources(store.Engine).AreMeantBy(name.ToLowerInvariant()) : query.Types.Contains(SecretType.Resource));

    private IEnumerable<SecretMetadata> ListResources(MeshStore store, SecretQuery query)
    {
        // In the usual scope are the resources of the usual namespace, and those that stand in none.
        string? usual = query.GlobalOnly && store.Engine is INamespacedStore namespaced ? namespaced.UsualNamespace : null;
        SecretQuery scope = usual is null ? query : query with { GlobalOnly = false };
        // Meant by their name, they may be secrets as well: who may not see resources sees those.
        ConcurrentQueue<MeshException> denied = new();
        Action<MeshException>? unread = query.Types.IsDefaultOrEmpty ? error => Deny(denied, error) : null;
        IEnumerable<SecretMetadata> resources = Stream(ct => new StoredResources(store.Engine).ListAsync(unread, ct)).Select(each => each.Metadata);
        foreach (SecretMetadata metadata in resources.Where(metadata => scope.Matches(metadata) && (usual is null || metadata.Id.Namespace is null || metadata.Id.Namespace == usual)))
        {
            yield return metadata;
        }

        foreach (MeshException error in denied)
        {
            WriteVerbose(error.Message);
        }
    }

    private static void Deny(ConcurrentQueue<MeshException> denied, MeshException error)
    {
        if (error.Kind != MeshErrorKind.PermissionDenied)
        {
            ExceptionDispatchInfo.Throw(error);
        }

        denied.Enqueue(error);
    }

    /// <summary>The query for a name or pattern, and what of it the engine does not know. Names have no capitals, and PowerShell's patterns no case.</summary>
    private protected (SecretQuery Query, Func<SecretMetadata, bool> Matches) ToSearch(string name, bool usualScope)
    {
        string pattern = name.ToLowerInvariant();
        if (!pattern.Contains('[', StringComparison.Ordinal))
        {
            return (ToQuery([pattern], usualScope), _ => true);
        }

        WildcardPattern wildcard = new(pattern);
        try
        {
            _ = wildcard.IsMatch(pattern);
        }
        catch (WildcardPatternException)
        {
            throw ParameterErrors.PatternInvalid(name);
        }

        return (ToQuery(null, usualScope), metadata => wildcard.IsMatch(metadata.Id.Name));
    }
}
