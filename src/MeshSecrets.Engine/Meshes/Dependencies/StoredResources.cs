using System.Runtime.CompilerServices;
using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;

namespace MeshSecrets.Meshes.Dependencies;

/// <summary>
/// The resources of meshes in a store, however it keeps them: a cluster as what they are, other stores as secrets of the
/// type <see cref="SecretType.Resource"/>. Here they are secrets of that type in both.
/// </summary>
/// <param name="store">The store.</param>
public sealed class StoredResources(ISecretStore store)
{
    private readonly IResourceStore? _live = store as IResourceStore;

    /// <summary>Whether a name or pattern means resources of a cluster, which are in no listing of its secrets: it begins with a kind, as <c>gateway.*</c>.</summary>
    /// <param name="pattern">The name or pattern.</param>
    /// <returns>Whether it does; never in stores that keep them among the secrets.</returns>
    public bool AreMeantBy(string pattern) => _live is not null && KindsOf(pattern).Any();

    /// <summary>Lists all resources, with what is known of each.</summary>
    /// <param name="unread">Told of each that cannot be read, and of each kind that may not be listed; <see langword="null"/> to throw the first.</param>
    /// <param name="cancellationToken">Stops the operation.</param>
    /// <returns>The resources as they are read.</returns>
    /// <exception cref="MeshException">The store failed.</exception>
    public async IAsyncEnumerable<(SecretMetadata Metadata, Manifest Resource)> ListAsync(Action<MeshException>? unread, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (_live is null)
        {
            SecretQuery query = new() { Types = [SecretType.Resource] };
            await foreach (SecretMetadata metadata in store.ListAsync(query, cancellationToken).ConfigureAwait(false))
            {
                using Secret? secret = await store.GetAsync(metadata.Id, cancellationToken).ConfigureAwait(false);
                if (secret is not null && TryRead(() => StoredResource.Read(secret), unread) is { } resource)
                {
                    yield return (secret.Metadata, resource);
                }
            }

            yield break;
        }

        HashSet<(ResourceType, string?, string)> seen = [];
        ResourceSelection[] selections = [.. MeshDialects.ResourceKinds.SelectMany(kind => kind.Selections).Distinct()];
        await foreach (ResourceDocument document in _live.ListResourcesAsync(selections, @namespace: null, unread, cancellationToken).ConfigureAwait(false))
        {
            if (seen.Add((document.Type, document.Namespace, document.Name)) && TryRead(() => LiveResource.Read(document), unread) is { } resource && MeshDialects.RecognizeResource(resource) is not null)
            {
                yield return (LiveResource.Describe(document, resource), resource);
            }
        }
    }

    /// <summary>Finds one resource of a cluster by the identity that it would have as a secret.</summary>
    /// <param name="id">The identity, as <see cref="StoredResource.IdOf"/> makes it.</param>
    /// <param name="cancellationToken">Stops the operation.</param>
    /// <returns>The resource with what is known of it, or <see langword="null"/>; none in stores that keep them among the secrets.</returns>
    public async Task<(SecretMetadata Metadata, Manifest Resource)?> FindAsync(SecretId id, CancellationToken cancellationToken)
    {
        if (_live is null)
        {
            return null;
        }

        foreach ((ResourceType type, string name) in KindsOf(id.Name))
        {
            if (await _live.GetResourceAsync(type, id.Namespace, name, cancellationToken).ConfigureAwait(false) is { } document
                && LiveResource.Read(document) is { } resource && StoredResource.IdOf(resource) is { } own && own.Name == id.Name && (id.Mesh is null || own.Mesh == id.Mesh))
            {
                return (LiveResource.Describe(document, resource), resource);
            }
        }

        return null;
    }

    /// <summary>Reads a secret, or a resource in the form of one.</summary>
    /// <param name="metadata">What is known of it, from a listing or a reading.</param>
    /// <param name="cancellationToken">Stops the operation.</param>
    /// <returns>The secret, to be disposed by the caller.</returns>
    /// <exception cref="MeshException"><c>SecretNotFound</c>.</exception>
    public async Task<Secret> GetRequiredAsync(SecretMetadata metadata, CancellationToken cancellationToken)
    {
        if (_live is null || !StoredResource.IsOne(metadata))
        {
            return await store.GetRequiredAsync(metadata.Id, cancellationToken).ConfigureAwait(false);
        }

        return await FindAsync(metadata.Id, cancellationToken).ConfigureAwait(false) is { Resource: { } resource } ? StoredResource.Write(LiveResource.ToKeep(resource)) : throw SecretErrors.NotFound(metadata.Id);
    }

    /// <summary>Writes secrets, and resources among them, each with its own outcome.</summary>
    /// <param name="writes">The writes.</param>
    /// <param name="cancellationToken">Stops the operation before a write begins.</param>
    /// <returns>One result for each write, in the same order.</returns>
    public Task<IReadOnlyList<WriteResult>> PutAllAsync(IReadOnlyList<SecretWrite> writes, CancellationToken cancellationToken) =>
        SplitAsync(writes, write => StoredResource.IsOne(write.Secret.Metadata), store.PutAllAsync, ApplyAsync, cancellationToken);

    /// <summary>Removes secrets, and resources among them, each with its own outcome.</summary>
    /// <param name="removals">What is known of each, and its removal.</param>
    /// <param name="cancellationToken">Stops the operation before a removal begins.</param>
    /// <returns>For each removal why it failed, or <see langword="null"/>, in the same order.</returns>
    public Task<IReadOnlyList<MeshException?>> DeleteAllAsync(IReadOnlyList<(SecretMetadata Metadata, SecretRemoval Removal)> removals, CancellationToken cancellationToken) =>
        SplitAsync(
            removals,
            each => StoredResource.IsOne(each.Metadata),
            (secrets, token) => store.DeleteAllAsync([.. secrets.Select(each => each.Removal)], token),
            (each, token) => DeleteAsync(each.Removal, token),
            cancellationToken);

    private async Task<IReadOnlyList<TResult>> SplitAsync<T, TResult>(
        IReadOnlyList<T> items,
        Func<T, bool> isResource,
        Func<IReadOnlyList<T>, CancellationToken, Task<IReadOnlyList<TResult>>> doSecrets,
        Func<T, CancellationToken, Task<TResult>> doResource,
        CancellationToken cancellationToken)
    {
        if (_live is null || !items.Any(isResource))
        {
            return await doSecrets(items, cancellationToken).ConfigureAwait(false);
        }

        TResult[] results = new TResult[items.Count];
        int[] secrets = [.. Enumerable.Range(0, items.Count).Where(i => !isResource(items[i]))];
        IReadOnlyList<TResult> done = await doSecrets([.. secrets.Select(i => items[i])], cancellationToken).ConfigureAwait(false);
        foreach ((int i, TResult result) in secrets.Zip(done))
        {
            results[i] = result;
        }

        foreach (int i in Enumerable.Range(0, items.Count).Except(secrets))
        {
            results[i] = await doResource(items[i], cancellationToken).ConfigureAwait(false);
        }

        return results;
    }

    private async Task<WriteResult> ApplyAsync(SecretWrite write, CancellationToken cancellationToken)
    {
        try
        {
            Manifest resource = LiveResource.ToApply(write.Secret);
            string? expected = write.Mode == WriteMode.Update && write.Secret.Metadata.ResourceVersion is { Length: > 0 } version ? version : null;
            ResourceDocument applied = await _live!.ApplyResourceAsync(LiveResource.ToJson(resource), write.Mode == WriteMode.Create, expected, cancellationToken).ConfigureAwait(false);
            return new WriteResult(LiveResource.Describe(applied, LiveResource.Read(applied)), Error: null);
        }
        catch (MeshException e)
        {
            return new WriteResult(Metadata: null, e);
        }
    }

    private async Task<MeshException?> DeleteAsync(SecretRemoval removal, CancellationToken cancellationToken)
    {
        try
        {
            if (await FindAsync(removal.Id, cancellationToken).ConfigureAwait(false) is not { Resource: { } resource })
            {
                return SecretErrors.NotFound(removal.Id);
            }

            await _live!.DeleteResourceAsync(new ResourceType(resource.ApiGroup ?? "", resource.Kind), resource.Namespace, resource.Name, removal.ResourceVersion, cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (MeshException e)
        {
            return e;
        }
    }

    /// <summary>The kinds that a name or pattern may begin with, and what follows; the longest first, since a group may be part of it.</summary>
    private static IEnumerable<(ResourceType Type, string Name)> KindsOf(string pattern) =>
        from type in MeshDialects.ResourceKinds.SelectMany(kind => kind.Selections).Select(selection => selection.Type).Distinct()
        let prefix = StoredResource.PrefixOf(type.Kind, type.Group)
        where pattern.StartsWith(prefix, StringComparison.Ordinal)
        orderby prefix.Length descending
        select (type, pattern[prefix.Length..]);

    private static Manifest? TryRead(Func<Manifest> read, Action<MeshException>? unread)
    {
        try
        {
            return read();
        }
        catch (MeshException e) when (unread is not null)
        {
            unread(e);
            return null;
        }
    }
}
