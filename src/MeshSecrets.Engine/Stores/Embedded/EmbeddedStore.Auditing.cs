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
    /// <exception cref="MeshException"><c>StoreAuditAltered</c> at the first line that is not authentic.</exception>
    public async IAsyncEnumerable<AuditEntry> ReadAuditAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using AuditLineReader lines = await Task.Run(OpenTrail, cancellationToken).ConfigureAwait(false);
        byte[] previous = AuditAnchor.Start.Code;
        for (long number = 1; lines.Read() is { } line; number++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            byte[]? code = AuditLine.StatedCode(line.Span);
            if (code is null || !AuditLine.IsAuthentic(line.Span, code, previous, _keys.Audit))
            {
                throw StoreErrors.AuditLineAltered(_folder.Audit, number);
            }

            previous = code;
            yield return AuditLine.Read(line.Span);
        }
    }

    private AuditLineReader OpenTrail()
    {
        lock (_gate)
        {
            Refresh();
            try
            {
                return new AuditLineReader(_folder.Audit, _index.Tip.Audit.Length);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw StoreErrors.ReadFailed(exception, _folder.Audit);
            }
        }
    }
}
