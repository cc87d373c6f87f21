using System.Runtime.CompilerServices;
using MeshSecrets.Secrets;

namespace MeshSecrets.Stores;

/// <summary>What can be done with every store, by its abilities if it has them.</summary>
public static class SecretStoreExtensions
{
    /// <summary>Writes many secrets, each with its own outcome: in one batch if the store can, else several at a time.</summary>
    /// <param name="store">The store.</param>
    /// <param name="writes">The writes.</param>
    /// <param name="cancellationToken">Stops the operation before a write begins.</param>
    /// <returns>One result for each write, in the same order.</returns>
    public static async Task<IReadOnlyList<WriteResult>> PutAllAsync(this ISecretStore store, IReadOnlyList<SecretWrite> writes, CancellationToken cancellationToken)
    {
        if (store is IBatchStore batches)
        {
            return await batches.PutManyAsync(writes, cancellationToken).ConfigureAwait(false);
        }

        WriteResult[] results = new WriteResult[writes.Count];
        ParallelOptions options = new() { MaxDegreeOfParallelism = store.ConcurrencyOr(1), CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, writes.Count, options, async (i, token) =>
        {
            try
            {
                results[i] = new WriteResult(await store.PutAsync(writes[i], token).ConfigureAwait(false), Error: null);
            }
            catch (MeshException e)
            {
                results[i] = new WriteResult(Metadata: null, e);
            }
        }).ConfigureAwait(false);
        return results;
    }

    /// <summary>Removes many secrets, each with its own outcome: in one batch if the store can, else several at a time.</summary>
    /// <param name="store">The store.</param>
    /// <param name="removals">The removals.</param>
    /// <param name="cancellationToken">Stops the operation before a removal begins.</param>
    /// <returns>For each removal why it failed, or <see langword="null"/>, in the same order.</returns>
    public static async Task<IReadOnlyList<MeshException?>> DeleteAllAsync(this ISecretStore store, IReadOnlyList<SecretRemoval> removals, CancellationToken cancellationToken)
    {
        if (store is IBatchStore batches)
        {
            return await batches.DeleteManyAsync(removals, cancellationToken).ConfigureAwait(false);
        }

        MeshException?[] errors = new MeshException?[removals.Count];
        ParallelOptions options = new() { MaxDegreeOfParallelism = store.ConcurrencyOr(1), CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, removals.Count, options, async (i, token) =>
        {
            try
            {
                await store.DeleteAsync(removals[i].Id, removals[i].ResourceVersion, token).ConfigureAwait(false);
            }
            catch (MeshException e)
            {
                errors[i] = e;
            }
        }).ConfigureAwait(false);
        return errors;
    }

    /// <summary>How many operations it is worth to have under way at once.</summary>
    /// <param name="store">The store.</param>
    /// <param name="usual">How many in a store that is not for several at once.</param>
    /// <returns>The number, at least 1.</returns>
    public static int ConcurrencyOr(this ISecretStore store, int usual) => store is IParallelStore parallel ? parallel.MaxConcurrency : usual;

    /// <summary>The identity under which a secret stands in a store.</summary>
    /// <param name="store">The store.</param>
    /// <param name="id">Name and scope.</param>
    /// <returns>The same, with a namespace where the store has them.</returns>
    public static SecretId PlaceOf(this ISecretStore store, SecretId id) => store is INamespacedStore namespaced ? namespaced.Place(id) : id;

    /// <summary>Reads a secret that must be there.</summary>
    /// <param name="store">The store.</param>
    /// <param name="id">Name and scope.</param>
    /// <param name="cancellationToken">Stops the operation.</param>
    /// <returns>The secret, to be disposed by the caller.</returns>
    /// <exception cref="MeshException"><c>SecretNotFound</c>.</exception>
    public static async Task<Secret> GetRequiredAsync(this ISecretStore store, SecretId id, CancellationToken cancellationToken) =>
        await store.GetAsync(id, cancellationToken).ConfigureAwait(false) ?? throw SecretErrors.NotFound(id);

    /// <summary>Reads many secrets in their order, several ahead where the store is one that waits; those that went meanwhile are left out.</summary>
    /// <param name="store">The store.</param>
    /// <param name="ids">Names and scopes.</param>
    /// <param name="cancellationToken">Stops the operation.</param>
    /// <returns>The secrets, each to be disposed by the caller.</returns>
    public static async IAsyncEnumerable<Secret> GetManyAsync(this ISecretStore store, IEnumerable<SecretId> ids, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        int ahead = store.ConcurrencyOr(1);
        Queue<Task<Secret?>> reading = [];
        try
        {
            foreach (SecretId id in ids)
            {
                reading.Enqueue(store.GetAsync(id, cancellationToken));
                if (reading.Count >= ahead && await reading.Dequeue().ConfigureAwait(false) is { } secret)
                {
                    yield return secret;
                }
            }

            while (reading.TryDequeue(out Task<Secret?>? next))
            {
                if (await next.ConfigureAwait(false) is { } secret)
                {
                    yield return secret;
                }
            }
        }
        finally
        {
            // Where the caller leaves early, what was read ahead is zeroed.
            foreach (Task<Secret?> next in reading)
            {
                await next.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default).ConfigureAwait(false);
                if (next.IsCompletedSuccessfully)
                {
                    (await next.ConfigureAwait(false))?.Dispose();
                }
            }
        }
    }

    /// <summary>Notes that plaintext left the store, if it keeps a trail.</summary>
    /// <param name="store">The store.</param>
    /// <param name="ids">What left.</param>
    /// <param name="action">How, in one word: <c>reveal</c>, <c>export</c>, <c>copy</c>.</param>
    /// <param name="cancellationToken">Stops the operation.</param>
    /// <returns>A task.</returns>
    public static Task NoteAccessAsync(this ISecretStore store, IReadOnlyCollection<SecretId> ids, string action, CancellationToken cancellationToken) =>
        store is IAuditedStore audited ? audited.RecordAccessAsync(ids, action, cancellationToken) : Task.CompletedTask;
}
