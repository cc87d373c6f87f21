using MeshSecrets.Secrets;

namespace MeshSecrets.Stores.Embedded;

/// <content>Writing: one writer at a time, one segment a commit.</content>
public sealed partial class EmbeddedStore
{
    /// <inheritdoc/>
    public async Task<SecretMetadata> PutAsync(SecretWrite write, CancellationToken cancellationToken)
    {
        SecretMetadata? stored = null;
        await LockedAsync(() => { Prepare(); Commit(batch => stored = batch.Put(write)); }, cancellationToken).ConfigureAwait(false);
        return stored!;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<WriteResult>> PutManyAsync(IReadOnlyList<SecretWrite> writes, CancellationToken cancellationToken)
    {
        List<WriteResult> results = new(writes.Count);
        await LockedAsync(
            () =>
            {
                Prepare();
                Commit(batch =>
                {
                    foreach (SecretWrite write in writes)
                    {
                        SecretMetadata? stored = null;
                        MeshException? error = Try(() => stored = batch.Put(write));
                        results.Add(new WriteResult(stored, error));
                    }
                });
            },
            cancellationToken).ConfigureAwait(false);
        return results;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<MeshException?>> DeleteManyAsync(IReadOnlyList<SecretRemoval> removals, CancellationToken cancellationToken)
    {
        List<MeshException?> errors = new(removals.Count);
        await LockedAsync(
            () =>
            {
                Prepare();
                Commit(batch => errors.AddRange(removals.Select(removal => Try(() => batch.Delete(removal.Id, removal.ResourceVersion)))));
            },
            cancellationToken).ConfigureAwait(false);
        return errors;
    }

    /// <inheritdoc/>
    public Task DeleteAsync(SecretId id, string? resourceVersion, CancellationToken cancellationToken) =>
        LockedAsync(() => { Prepare(); Commit(batch => batch.Delete(id, resourceVersion)); }, cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<SecretId>> PurgeAsync(IReadOnlyCollection<SecretId> ids, CancellationToken cancellationToken)
    {
        List<SecretId> purged = [];
        await LockedAsync(
            () =>
            {
                Prepare();
                Commit(batch => purged.AddRange(ids.Distinct().Where(batch.Purge)));
                try
                {
                    ErasePurged();
                }
                catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
                {
                    throw StoreErrors.PurgeNotErased(_folder.Path, exception);
                }
            },
            cancellationToken).ConfigureAwait(false);
        return purged;
    }

    /// <summary>What concerns one write fails alone; a store that cannot be read fails all.</summary>
    private static MeshException? Try(Action write)
    {
        try
        {
            write();
            return null;
        }
        catch (MeshException exception) when (exception.Kind is not (MeshErrorKind.InvalidData or MeshErrorKind.ReadFailed))
        {
            return exception;
        }
    }

    /// <summary>Runs a write under the lock, off the caller's thread; once begun, it ends.</summary>
    private async Task LockedAsync(Action work, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        using StoreLock writing = await StoreLock.AcquireAsync(
            _files, _folder.Lock, _writers, _options.LockTimeout, _options.TimeProvider, cancellationToken).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        await Task.Run(
            () =>
            {
                try
                {
                    work();
                }
                catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
                {
                    throw StoreErrors.WriteFailed(exception, _folder.Path);
                }
            },
            CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>Takes in what others have written, ends what a dead writer left half done, and merges what is due.</summary>
    private void Prepare()
    {
        IReadOnlyList<SegmentFile> segments;
        List<SegmentRange> leftovers;
        lock (_gate)
        {
            // Whatever the clock of the files says: a merge by a former number of versions would delete some for good.
            _settingsRead = default;
            Refresh();
            segments = _index.Segments;
            leftovers = [.. _index.Leftovers];
        }

        foreach (string temporary in Directory.EnumerateFiles(_folder.Path, StoreFolder.TemporaryPattern)
            .Concat(Directory.EnumerateFiles(_folder.Segments, StoreFolder.TemporaryPattern)))
        {
            _files.Delete(temporary);
        }

        if (leftovers.Count > 0)
        {
            // What covers them may have been renamed by a writer that died before this.
            _files.FlushFolder(_folder.Segments);
        }

        leftovers.ForEach(leftover => _files.Delete(Path.Combine(_folder.Segments, leftover.FileName)));
        _trail.Complete(segments);
        MergeDue();
    }

    private void Commit(Action<Batch> fill)
    {
        DateTimeOffset now = _options.TimeProvider.GetUtcNow();
        StoreTip tip;
        Batch batch;
        lock (_gate)
        {
            tip = _index.Tip;
            batch = new Batch(_index, now, _options.Actor);
            fill(batch);
        }

        if (batch.Entries.Count == 0)
        {
            return;
        }

        ReadOnlyMemory<byte> lines = _log.Commit(tip, batch.Entries, now, _options.Actor);
        lock (_gate)
        {
            _index.Refresh();
        }

        try
        {
            _trail.Write(lines.Span, tip.Audit.Length);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The commit is durable, and its lines follow from it: the next writer, who finds them missing, writes
            // them or says why it cannot.
        }
    }

    private void MergeDue()
    {
        try
        {
            ErasePurged();
            while (DueForMerge() is { Count: > 0 } run)
            {
                Merge(run);
            }
        }
        catch (IOException)
        {
            // A merge only saves files, and what is purged is read by nobody meanwhile. Where there is no room for it,
            // there may still be room for the write; the next one tries again.
        }
    }

    private List<SegmentFile> DueForMerge()
    {
        lock (_gate)
        {
            int count = MergePolicy.Due([.. _index.Segments.Select(segment => segment.Length)], _options.MergeFanIn);
            return [.. _index.Segments.TakeLast(count)];
        }
    }

    /// <summary>Writes the store anew without what is purged, so that its bytes are gone.</summary>
    private void ErasePurged()
    {
        if (_index.HasPurges)
        {
            Merge(_index.Segments);
        }
    }

    private void Merge(IReadOnlyList<SegmentFile> run)
    {
        List<(SecretId Id, EntryLocation Location)> needed;
        lock (_gate)
        {
            needed = _index.FindNeeded(run);
        }

        _log.Merge(run, needed);
        lock (_gate)
        {
            _index.Refresh();
        }
    }
}
