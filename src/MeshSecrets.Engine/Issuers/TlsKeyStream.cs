using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace MeshSecrets.Issuers;

/// <summary>Works on many TLS keys without a barrier: the next one begins as soon as one is done, so that all connections to a server are always in use.</summary>
internal static class TlsKeyStream
{
    /// <summary>Works on each, several at once.</summary>
    /// <typeparam name="T">What is worked on.</typeparam>
    /// <param name="items">The items.</param>
    /// <param name="work">Works on one; an expected failure is its result. Without a result, nothing is told of it.</param>
    /// <param name="maxConcurrency">How many at once.</param>
    /// <param name="cancellationToken">Stops before the next one.</param>
    /// <returns>The results as they come. Whoever takes them slowly slows the work; whoever leaves stops it, and waits for its end.</returns>
    internal static async IAsyncEnumerable<TlsKeyResult<T>> RunAsync<T>(
        IEnumerable<T> items, Func<T, CancellationToken, Task<TlsKeyResult<T>?>> work, int maxConcurrency, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Channel<TlsKeyResult<T>> results = Channel.CreateBounded<TlsKeyResult<T>>(TlsKeyBatch.Size);
        using CancellationTokenSource left = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task working = WorkAsync(left.Token);
        try
        {
            // Not by the token: it ends when the work has ended, with its exception, and nothing that was done is untold.
            await foreach (TlsKeyResult<T> result in results.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
            {
                yield return result;
            }
        }
        finally
        {
            await left.CancelAsync().ConfigureAwait(false);
            await working.ConfigureAwait(false);
        }

        async Task WorkAsync(CancellationToken token)
        {
            Exception? failure = null;
            try
            {
                ParallelOptions options = new() { MaxDegreeOfParallelism = maxConcurrency, CancellationToken = token };
                await Parallel.ForEachAsync(items, options, async (item, stop) =>
                {
                    TlsKeyResult<T>? result = await work(item, stop).ConfigureAwait(false);
                    if (result is not null && !results.Writer.TryWrite(result)) // What was done is told also after a stop, if there is room.
                    {
                        await results.Writer.WriteAsync(result, token).ConfigureAwait(false);
                    }
                }).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                failure = e;
            }

            results.Writer.Complete(failure);
        }
    }
}
