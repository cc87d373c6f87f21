using MeshSecrets.Secrets;
using MeshSecrets.Stores.Kubernetes.Api;
using MeshSecrets.Stores.Kubernetes.Watching;

namespace MeshSecrets.Stores.Kubernetes;

/// <content>Watching: metadata only, and the values of those secrets that others wrote, once for each version.</content>
public sealed partial class KubernetesStore
{
    /// <inheritdoc/>
    public IAsyncEnumerable<SecretChange> WatchAsync(SecretQuery query, SecretWatchOptions options, CancellationToken cancellationToken)
    {
        SecretQuery placed = PlaceQuery(query);
        Func<CancellationToken, IAsyncEnumerable<SecretChange>>[] watches =
            [.. ScopesOf(placed).Select(@namespace => new SecretWatch(_client, _options, ToWatch(placed, @namespace), options)).Select(watch => (Func<CancellationToken, IAsyncEnumerable<SecretChange>>)watch.RunAsync)];
        return watches is [{ } only] ? only(cancellationToken) : MergedChanges.MergeAsync(watches, cancellationToken);
    }

    private WatchScope ToWatch(SecretQuery query, string? @namespace)
    {
        // Several types in one watch, of which others are left out here: in several watches, a secret that is removed
        // and comes again with another type could seem to come before it goes.
        string selection = SelectionOf(query, query.Types is [{ } only] ? only : null);
        return new WatchScope(
            PathOf(@namespace),
            selection,
            TargetOf("list", @namespace),
            PlaceOf(@namespace),
            (token, cancellationToken) => ReadPageAsync(@namespace, type: null, selection, token, cancellationToken),
            (metadata, type, cancellationToken) => DescribeAsync(query, metadata, type, cancellationToken),
            DescribeByMetadata,
            metadata => _mapping.StateOf(metadata).Owners.NeedsHandover ? metadata.Annotations?.GetValueOrDefault(SecretMapping.WriteIdAnnotation) : null);
    }

    /// <summary>What an object is; <see langword="null"/> if it does not match.</summary>
    private async ValueTask<SecretMetadata?> DescribeAsync(SecretQuery query, ObjectMeta metadata, string type, CancellationToken cancellationToken)
    {
        SecretId id = SecretMapping.IdOf(metadata, type);
        if (!query.Matches(id) || (!query.Types.IsDefaultOrEmpty && !query.Types.Contains(type)))
        {
            return null;
        }

        if (ContentOf(metadata, type) is null)
        {
            using Secret? read = await ReadAsync(id, cancellationToken).ConfigureAwait(false);
            if (read is not null && _memory.Find(metadata.Uid, read.Metadata.ResourceVersion) is not null)
            {
                return query.Matches(read.Metadata) ? read.Metadata : null;
            }

            // It went meanwhile, and perhaps another came: what can be told of it is that it was there.
        }

        SecretMetadata described = DescribeByMetadata(metadata, type);
        return query.Matches(described) ? described : null;
    }

    private SecretMetadata DescribeByMetadata(ObjectMeta metadata, string type)
    {
        SecretContent? content = ContentOf(metadata, type) ?? ContentByMetadata(metadata, type);
        IEnumerable<string> keys = content?.DataKeys ?? _mapping.StateOf(metadata).Owners.DataKeys ?? (IEnumerable<string>)[];
        return _mapping.ToMetadata(metadata, type, content?.IsImmutable ?? false, content?.Certificate, keys);
    }
}
