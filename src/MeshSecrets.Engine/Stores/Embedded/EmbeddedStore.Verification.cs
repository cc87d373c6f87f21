using System.Runtime.CompilerServices;

namespace MeshSecrets.Stores.Embedded;

/// <content>Proving integrity. Relies on nothing that was read before.</content>
public sealed partial class EmbeddedStore : IVerifiableStore
{
    /// <inheritdoc/>
    public async IAsyncEnumerable<StoreFinding> VerifyAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        StoreVerifier verifier = new(_folder, _keys, _trail);
        foreach (StoreFinding finding in verifier.VerifySettings())
        {
            yield return finding;
        }

        long trail = _trail.Length;
        List<string> names = await Task.Run(() => Look(() => SegmentSnapshot.Names(_folder.Segments)), cancellationToken).ConfigureAwait(false);
        using SegmentSnapshot snapshot = await Task.Run(() => Look(() => SegmentSnapshot.Take(_folder.Segments, _keys, _id)), cancellationToken).ConfigureAwait(false);
        foreach (StoreFinding finding in snapshot.Findings)
        {
            yield return finding;
        }

        foreach (SegmentFile segment in snapshot.Segments)
        {
            foreach (StoreFinding finding in await Task.Run(() => verifier.VerifySegment(segment, cancellationToken), cancellationToken).ConfigureAwait(false))
            {
                yield return finding;
            }
        }

        if (snapshot.Segments.Count > 0)
        {
            foreach (StoreFinding finding in await Task.Run(() => verifier.VerifyTrail(snapshot.Segments, trail, cancellationToken), cancellationToken).ConfigureAwait(false))
            {
                yield return finding;
            }
        }

        foreach (string unknown in await Task.Run(() => Look(() => SegmentSnapshot.FindUnknown(_folder.Segments, names)), cancellationToken).ConfigureAwait(false))
        {
            yield return StoreFindings.FileUnknown(Path.Combine(_folder.Segments, unknown));
        }
    }

    private T Look<T>(Func<T> look)
    {
        try
        {
            return look();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw StoreErrors.ReadFailed(exception, _folder.Segments);
        }
    }
}
