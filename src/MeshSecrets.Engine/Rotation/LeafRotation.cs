using System.Runtime.CompilerServices;
using MeshSecrets.Issuers;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;

namespace MeshSecrets.Rotation;

/// <summary>Renews the TLS keys of a store that are due, each through the issuer that is recorded for it.</summary>
/// <remarks>
/// Each renewal is one write, whole or not at all, on the condition that the certificate is still the one it was planned for. So a run may
/// be stopped or killed at any moment, several may run at once, and the next one finds what is left to do by looking.
/// </remarks>
/// <param name="store">The store.</param>
/// <param name="issuers">Finds the issuers.</param>
/// <param name="time">The clock.</param>
public sealed class LeafRotation(ISecretStore store, IssuerDirectory issuers, TimeProvider time)
{
    /// <summary>Finds what is due, from metadata alone, in order of identity.</summary>
    /// <param name="query">Among which secrets; among all TLS keys if it names no types.</param>
    /// <param name="policy">When one is due.</param>
    /// <param name="cancellationToken">Stops the operation.</param>
    /// <returns>What is due, as it is found.</returns>
    public async IAsyncEnumerable<RotationItem> PlanAsync(SecretQuery query, RotationPolicy policy, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.GetUtcNow();
        SecretQuery keys = query.Types.IsDefaultOrEmpty ? query with { Types = [SecretType.Tls] } : query;
        await foreach (SecretMetadata secret in store.ListAsync(keys, cancellationToken).ConfigureAwait(false))
        {
            if (!secret.IsBeingRemoved && policy.Judge(secret, now) is { } reason)
            {
                yield return new RotationItem(secret, reason);
            }
        }
    }

    /// <summary>Renews what is due. One that fails stops no other.</summary>
    /// <remarks>
    /// In a store of leases one runner at a time works in a namespace. The others work elsewhere first, then wait, look
    /// again, and find that there is nothing left to issue.
    /// </remarks>
    /// <param name="items">What is due.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Stops the operation: a batch that is not being stored yet is dropped whole, one that is ends first. In a store without batches each key is written for itself.</param>
    /// <returns>One result for each item, as they or batches of them are done.</returns>
    public IAsyncEnumerable<RotationResult> RunAsync(IReadOnlyList<RotationItem> items, RotationOptions options, CancellationToken cancellationToken) =>
        store is IBatchStore ? RunBatchesAsync(items, options, cancellationToken) : RunEachAsync(items, options, cancellationToken);

    /// <summary>What is known beforehand to keep an item from being renewed.</summary>
    /// <param name="item">What is due.</param>
    /// <param name="isIssuerNamed">Whether another issuer renews it than the recorded one.</param>
    /// <returns>The error that its renewal would end in, or <see langword="null"/>.</returns>
    public MeshException? FindObstacle(RotationItem item, bool isIssuerNamed) =>
        LeafRenewal.FindObstacle(store, item.Secret)
        ?? (!isIssuerNamed && IssuanceRecord.TryRead(item.Secret.Annotations) is null ? IssuerErrors.NotRecorded(item.Secret.Id) : null);

    private async IAsyncEnumerable<RotationResult> RunBatchesAsync(IReadOnlyList<RotationItem> items, RotationOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        LeafRenewal renewal = new(store, issuers, options);
        foreach (RotationItem[] batch in items.Chunk(items.Any(item => item.IsRsa) ? TlsKeyBatch.SizeWithRsa : TlsKeyBatch.Size))
        {
            IReadOnlyList<TlsKeyResult<RotationItem>> results = await TlsKeyBatch.RunAsync(
                store,
                batch,
                renewal.IssueAsync,
                (_, renewed) => renewal.ToWrite(renewed),
                options.MaxConcurrency ?? store.ConcurrencyOr(Environment.ProcessorCount),
                cancellationToken).ConfigureAwait(false);
            foreach (TlsKeyResult<RotationItem> result in results)
            {
                yield return ToResult(result);
            }
        }
    }

    private async IAsyncEnumerable<RotationResult> RunEachAsync(IReadOnlyList<RotationItem> items, RotationOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        LeafRenewal renewal = new(store, issuers, options);

        // A quarter more than there are connections: while some make keys and certificates, the others use all of these.
        int atOnce = options.MaxConcurrency ?? store.ConcurrencyOr(Environment.ProcessorCount) * 5 / 4;
        RotationLeases leases = new(store, items, options, cancellationToken);
        await using (leases.ConfigureAwait(false))
        {
            // Where no other runner is comes first.
            await foreach (TlsKeyResult<RotationItem> result in TlsKeyStream.RunAsync(items, RenewAsync, atOnce, cancellationToken).ConfigureAwait(false))
            {
                yield return ToResult(result);
            }

            await foreach (IReadOnlyList<RotationItem> freed in leases.WaitForOthersAsync(cancellationToken).ConfigureAwait(false))
            {
                await foreach (TlsKeyResult<RotationItem> result in TlsKeyStream.RunAsync(freed, RenewAsync, atOnce, cancellationToken).ConfigureAwait(false))
                {
                    yield return ToResult(result);
                }
            }
        }

        async Task<TlsKeyResult<RotationItem>?> RenewAsync(RotationItem item, CancellationToken token)
        {
            try
            {
                return await leases.HoldAsync(item, stop => renewal.RunAsync(item, stop), token).ConfigureAwait(false);
            }
            catch (MeshException e)
            {
                return new TlsKeyResult<RotationItem>(item, Metadata: null, IsShortened: false, e);
            }
        }
    }

    private static RotationResult ToResult(TlsKeyResult<RotationItem> result) =>
        new(result.Item, StatusOf(result), result.Metadata, result.IsShortened, result.Error);

    private static RotationStatus StatusOf(TlsKeyResult<RotationItem> result) => result.Error?.ErrorId switch
    {
        null => RotationStatus.Renewed,
        "SecretConflict" or "SecretNotFound" or "SecretBeingRemoved" => RotationStatus.Superseded,
        _ => RotationStatus.Failed,
    };
}
