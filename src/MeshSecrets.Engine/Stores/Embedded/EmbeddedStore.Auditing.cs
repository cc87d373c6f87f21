using System.Runtime.CompilerServices;
using MeshSecrets.Secrets;

namespace MeshSecrets.Stores.Embedded;

/// <content>The audit trail.</content>
public sealed partial class EmbeddedStore : IAuditedStore
{
    /// <inheritdoc/>
    public Task RecordAccessAsync(IReadOnlyCollection<SecretId> ids, string action, CancellationToken cancellationToken) => LockedAsync(
        () =>
        {
            Prepare();
            Commit(batch =>
            {
                foreach (SecretId id in ids)
                {
                    batch.Note(id, action);
                }
            });
        },
        cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="MeshException"><c>StoreAuditAltered</c> at the first line that is not authentic, or is missing.</exception>
    public async IAsyncEnumerable<AuditEntry> ReadAuditAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        List<AuditRecord> missing = [];
        (AuditLineReader? opened, AuditAnchor end) = await Task.Run(() => OpenTrail(missing), cancellationToken).ConfigureAwait(false);
        using AuditLineReader? lines = opened;
        AuditAnchor last = AuditAnchor.Start;
        while (lines?.Read() is { } line)
        {
            cancellationToken.ThrowIfCancellationRequested();
            byte[]? code = AuditLine.StatedCode(line.Span);
            if (code is null || !AuditLine.IsAuthentic(line.Span, code, last.Code, _keys.Audit))
            {
                throw StoreErrors.AuditLineAltered(_folder.Audit, last.Sequence + 1);
            }

            last = new AuditAnchor(last.Sequence + 1, last.Length + line.Length + 1, code);
            yield return AuditLine.Read(line.Span);
        }

        if (last.Sequence != end.Sequence || !last.Code.AsSpan().SequenceEqual(end.Code))
        {
            throw StoreErrors.AuditLineAltered(_folder.Audit, last.Sequence + 1);
        }

        long sequence = end.Sequence;
        foreach (AuditRecord record in missing)
        {
            yield return new AuditEntry(++sequence, record.Time, record.Actor, record.Action, record.Id, record.Version);
        }
    }

    /// <summary>Opens the trail up to where it stands, and gives what it is about to be told.</summary>
    private (AuditLineReader? Lines, AuditAnchor End) OpenTrail(List<AuditRecord> missing)
    {
        lock (_gate)
        {
            Refresh();
            AuditAnchor end = _trail.Standing(_index.Segments, missing);
            try
            {
                return (end.Length == 0 ? null : new AuditLineReader(_folder.Audit, end.Length), end);
            }
            catch (FileNotFoundException)
            {
                throw StoreErrors.AuditLengthWrong(_folder.Audit, 0, end.Length);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw StoreErrors.ReadFailed(exception, _folder.Audit);
            }
        }
    }
}
