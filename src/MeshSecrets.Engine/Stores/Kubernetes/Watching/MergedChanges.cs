using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace MeshSecrets.Stores.Kubernetes.Watching;

/// <summary>Several watches as one.</summary>
internal static class MergedChanges
{
    // A slow reader holds the watches up, and they the server, which keeps the events.
    private const int Capacity = 256;

    /// <summary>What the watches tell, each in its order. The first that fails ends all.</summary>
    internal static async IAsyncEnumerable<SecretChange> MergeAsync(
        IReadOnlyList<Func<CancellationToken, IAsyncEnumerable<SecretChange>>> watches, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using CancellationTokenSource left = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Channel<SecretChange> changes = Channel.CreateBounded<SecretChange>(new BoundedChannelOptions(Capacity) { SingleReader = true });
        Task[] pumps = [.. watches.Select(watch => PumpAsync(watch, changes.Writer, left.Token))];
        try
        {
            await foreach (SecretChange change in changes.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return change;
            }
        }
        finally
        {
            await left.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(pumps).ConfigureAwait(false);
        }
    }

    private static async Task PumpAsync(Func<CancellationToken, IAsyncEnumerable<SecretChange>> watch, ChannelWriter<SecretChange> changes, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (SecretChange change in watch(cancellationToken).ConfigureAwait(false))
            {
                await changes.WriteAsync(change, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception e)
        {
            changes.TryComplete(e); // Thrown where the changes are read.
        }
    }
}
