using MeshSecrets.Secrets;
using MeshSecrets.Stores;

namespace MeshSecrets.Issuers;

/// <summary>Issues many TLS keys on all cores and stores them: with one barrier to the disk, or each as it is ready where a server is to be kept busy.</summary>
public static class TlsKeyBatch
{
    /// <summary>How many make a batch: enough that the barrier costs little, few enough that stopping loses little.</summary>
    public const int Size = 256;

    /// <summary>The same where RSA keys are made, each of which takes thousands of times as long.</summary>
    public const int SizeWithRsa = 16;

    /// <summary>Issues and stores. One that fails stops no other.</summary>
    /// <typeparam name="T">What is worked on.</typeparam>
    /// <param name="store">Where the keys are stored.</param>
    /// <param name="items">What to issue; best not more than <see cref="Size"/> at once.</param>
    /// <param name="issue">Issues one.</param>
    /// <param name="toWrite">Makes the write of one that was issued.</param>
    /// <param name="maxConcurrency">How many are issued at once, or for a server issued and stored.</param>
    /// <param name="cancellationToken">Stops before the batch is stored, and then nothing of it is; for a server, before the next one, and a write under way ends.</param>
    /// <returns>One result for each item, in the same order.</returns>
    public static async Task<IReadOnlyList<TlsKeyResult<T>>> RunAsync<T>(
        ISecretStore store,
        IReadOnlyList<T> items,
        Func<T, CancellationToken, Task<IssuedTlsKey>> issue,
        Func<T, Secret, SecretWrite> toWrite,
        int maxConcurrency,
        CancellationToken cancellationToken)
    {
        TlsKeyResult<T>[] results = new TlsKeyResult<T>[items.Count];
        if (store is IParallelStore)
        {
            await Parallel.ForAsync(0, items.Count, new ParallelOptions { MaxDegreeOfParallelism = maxConcurrency, CancellationToken = cancellationToken }, async (i, token) =>
                results[i] = await RunAsync(store, items[i], issue, toWrite, token).ConfigureAwait(false)).ConfigureAwait(false);
            return results;
        }

        IssuedTlsKey?[] issued = new IssuedTlsKey?[items.Count];
        try
        {
            ParallelOptions options = new() { MaxDegreeOfParallelism = maxConcurrency, CancellationToken = cancellationToken };
            await Parallel.ForAsync(0, items.Count, options, async (i, token) =>
            {
                try
                {
                    issued[i] = await issue(items[i], token).ConfigureAwait(false);
                }
                catch (MeshException e)
                {
                    results[i] = new TlsKeyResult<T>(items[i], Metadata: null, IsShortened: false, e);
                }
            }).ConfigureAwait(false);

            int[] ready = [.. Enumerable.Range(0, items.Count).Where(i => issued[i] is not null)];
            IReadOnlyList<WriteResult> written = await store.PutAllAsync([.. ready.Select(i => toWrite(items[i], issued[i]!.Secret))], cancellationToken).ConfigureAwait(false);
            for (int j = 0; j < ready.Length; j++)
            {
                int i = ready[j];
                results[i] = new TlsKeyResult<T>(items[i], written[j].Metadata, issued[i]!.IsShortened, written[j].Error);
            }

            return results;
        }
        finally
        {
            foreach (IssuedTlsKey? key in issued)
            {
                key?.Secret.Dispose();
            }
        }
    }

    private static async Task<TlsKeyResult<T>> RunAsync<T>(
        ISecretStore store, T item, Func<T, CancellationToken, Task<IssuedTlsKey>> issue, Func<T, Secret, SecretWrite> toWrite, CancellationToken cancellationToken)
    {
        IssuedTlsKey? issued = null;
        try
        {
            issued = await issue(item, cancellationToken).ConfigureAwait(false);
            SecretMetadata stored = await store.PutAsync(toWrite(item, issued.Secret), cancellationToken).ConfigureAwait(false);
            return new TlsKeyResult<T>(item, stored, issued.IsShortened, Error: null);
        }
        catch (MeshException e)
        {
            return new TlsKeyResult<T>(item, Metadata: null, issued?.IsShortened ?? false, e);
        }
        finally
        {
            issued?.Secret.Dispose();
        }
    }
}

/// <summary>What became of one TLS key of a batch: stored metadata or the error, never both.</summary>
/// <typeparam name="T">What was worked on.</typeparam>
/// <param name="Item">The item.</param>
/// <param name="Metadata">The metadata as stored, or <see langword="null"/>.</param>
/// <param name="IsShortened">Whether its life is shorter than asked because the issuer's own ends earlier.</param>
/// <param name="Error">Why it was not issued or stored, or <see langword="null"/>.</param>
public sealed record TlsKeyResult<T>(T Item, SecretMetadata? Metadata, bool IsShortened, MeshException? Error);
