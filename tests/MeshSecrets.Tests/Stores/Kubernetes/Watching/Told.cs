using System.Collections.Concurrent;
using System.Threading.Channels;

namespace MeshSecrets.Stores.Kubernetes.Watching;

/// <summary>What a watch tells, taken one by one by a test; it ends with this.</summary>
internal sealed class Told<T> : IAsyncDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource _end = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly Channel<T> _told = Channel.CreateUnbounded<T>();
    private readonly Task _reading;

    internal Told(Func<CancellationToken, IAsyncEnumerable<T>> watch) => _reading = ReadAsync(watch);

    /// <summary>The next.</summary>
    internal async Task<T> NextAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_end.Token);
        limit.CancelAfter(s_limit);
        Assert.True(await _told.Reader.WaitToReadAsync(limit.Token), "The watch has ended.");
        Assert.True(_told.Reader.TryRead(out T? next));
        return next;
    }

    /// <summary>The next ones.</summary>
    internal async Task<List<T>> NextAsync(int count)
    {
        List<T> next = [];
        while (next.Count < count)
        {
            next.Add(await NextAsync());
        }

        return next;
    }

    /// <summary>What was told and not taken.</summary>
    internal bool IsEmpty => !_told.Reader.TryPeek(out _);

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _reading;
        _end.Dispose();
    }

    private async Task ReadAsync(Func<CancellationToken, IAsyncEnumerable<T>> watch)
    {
        try
        {
            await foreach (T item in watch(_end.Token))
            {
                await _told.Writer.WriteAsync(item);
            }

            _told.Writer.TryComplete();
        }
        catch (Exception error)
        {
            _told.Writer.TryComplete(error); // Thrown where the next one is taken.
        }
    }
}
