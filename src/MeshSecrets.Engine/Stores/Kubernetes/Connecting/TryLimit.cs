namespace MeshSecrets.Stores.Kubernetes.Connecting;

/// <summary>The time for one try of a request. It stands still while a credential is obtained, which has limits of its own: somebody may be logging in.</summary>
internal sealed class TryLimit : IDisposable
{
    private static readonly HttpRequestOptionsKey<TryLimit> s_key = new("meshsecrets.limit");

    private readonly CancellationTokenSource _end;
    private readonly CancellationTokenSource _either;
    private readonly TimeSpan _length;

    internal TryLimit(TimeSpan length, TimeProvider time, CancellationToken stop)
    {
        _length = length;
        Stop = stop;
        _end = new CancellationTokenSource(length, time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(stop, _end.Token);
    }

    /// <summary>Ends the try: in time, or with the whole.</summary>
    internal CancellationToken Token => _either.Token;

    /// <summary>Ends the whole.</summary>
    internal CancellationToken Stop { get; }

    /// <summary>Whether it is this limit that ended the try.</summary>
    internal bool IsReached => _end.IsCancellationRequested && !Stop.IsCancellationRequested;

    internal static TryLimit? Of(HttpRequestMessage request) => request.Options.TryGetValue(s_key, out TryLimit? limit) ? limit : null;

    internal void Limit(HttpRequestMessage request) => request.Options.Set(s_key, this);

    internal void Pause() => _end.CancelAfter(Timeout.InfiniteTimeSpan);

    internal void Resume() => _end.CancelAfter(_length);

    /// <inheritdoc/>
    public void Dispose()
    {
        _either.Dispose();
        _end.Dispose();
    }
}
