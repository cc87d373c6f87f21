using System.Runtime.CompilerServices;
using MeshSecrets.Secrets;

namespace MeshSecrets.Stores.Embedded;

/// <content>Reading: never waits for a writer, and sees whatever any process has committed.</content>
public sealed partial class EmbeddedStore
{
    /// <inheritdoc/>
    public Task<Secret?> GetAsync(SecretId id, CancellationToken cancellationToken) =>
        Task.Run(() => Read(id, static history => history.Current), cancellationToken);

    /// <inheritdoc/>
    public Task<Secret?> GetVersionAsync(SecretId id, long version, CancellationToken cancellationToken) =>
        Task.Run(() => Read(id, history => history.Find(version)), cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<SecretMetadata> ListAsync(SecretQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        (Listing listing, SegmentFile[] held) = await Task.Run(HoldAll, cancellationToken).ConfigureAwait(false);
        try
        {
            EntryReader reader = new(new TextPool());
            foreach ((SecretId id, EntryLocation location) in listing.Items)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (query.Matches(id) && ReadIfMatching(reader, query, id, location) is { } metadata)
                {
                    yield return metadata;
                }
            }
        }
        finally
        {
            Array.ForEach(held, static segment => segment.Release());
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<SecretMetadata>> ListVersionsAsync(SecretId id, CancellationToken cancellationToken) =>
        Task.Run(() => ListVersions(id), cancellationToken);

    private static SecretMetadata? ReadIfMatching(EntryReader reader, SecretQuery query, SecretId id, EntryLocation location)
    {
        if (query.ExpiresBefore is { } limit && reader.Read(location).NotAfterTicks > limit.UtcTicks)
        {
            return null;
        }

        SecretMetadata metadata = reader.ReadMetadata(id, location);
        return query.Matches(metadata) ? metadata : null;
    }

    private Secret? Read(SecretId id, Func<SecretHistory, EntryLocation?> choose)
    {
        EntryLocation location;
        lock (_gate)
        {
            Refresh();
            if (_index.Find(id) is not { } history || choose(history) is not { } found)
            {
                return null;
            }

            location = found;
            location.Segment.Hold();
        }

        try
        {
            return new EntryReader(new TextPool(TextPool.FewSlots)).ReadSecret(id, location);
        }
        finally
        {
            location.Segment.Release();
        }
    }

    private IReadOnlyList<SecretMetadata> ListVersions(SecretId id)
    {
        lock (_gate)
        {
            Refresh();
            EntryReader reader = new(new TextPool());
            List<SecretMetadata> versions = [];
            if (_index.Find(id) is { } history)
            {
                foreach (EntryLocation location in history.Versions)
                {
                    versions.Insert(0, reader.ReadMetadata(id, location));
                }
            }

            return versions;
        }
    }

    /// <summary>The listing of this moment, with its files kept open until they are released.</summary>
    private (Listing Listing, SegmentFile[] Held) HoldAll()
    {
        lock (_gate)
        {
            Refresh();
            SegmentFile[] held = [.. _index.Segments];
            Array.ForEach(held, static segment => segment.Hold());
            return (_index.List(), held);
        }
    }
}
