namespace MeshSecrets.Stores.Kubernetes.Watching;

/// <summary>
/// How long a watch waits before it asks again, and what it does not wait for. An absent server is waited for without
/// end. A server that refuses is an error at once if it never did otherwise; later, only if it stays, for one that has
/// just restarted refuses for a moment whom it will know.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="refusalLimit">How long a refusal must stay to be an error.</param>
internal sealed class WatchPatience(TimeProvider time, TimeSpan refusalLimit)
{
    private static readonly TimeSpan s_first = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(30);

    // About five seconds of failures: a server that is restarted is mostly back by then.
    private const int Many = 6;

    private bool _everWorked;
    private int _failures;
    private long? _refusedSince;

    /// <summary>Whether it has failed so often, without anything in between, that somebody should know.</summary>
    internal bool IsInTrouble => _failures >= Many;

    /// <summary>The server did what it was asked.</summary>
    internal void Worked()
    {
        _everWorked = true;
        _failures = 0;
        _refusedSince = null;
    }

    /// <summary>Whether it is worth asking again after a failure.</summary>
    internal bool Bears(Exception failure)
    {
        if (!_everWorked || failure is not (MeshException or IOException or HttpRequestException or TimeoutException))
        {
            return false;
        }

        if (failure is not MeshException { Kind: not MeshErrorKind.Unavailable })
        {
            _refusedSince = null;
            return true;
        }

        long since = _refusedSince ??= time.GetTimestamp();
        return time.GetElapsedTime(since) < refusalLimit;
    }

    /// <summary>The time to wait before the next try: longer each time, and never the same for two clients, who would all come at once.</summary>
    /// <param name="asked">What the server asks for at least.</param>
    internal TimeSpan NextDelay(TimeSpan? asked)
    {
        TimeSpan delay = s_first * Math.Pow(2, Math.Min(_failures, 16));
        _failures++;
        delay = (delay < s_longest ? delay : s_longest) * (0.5 + (Random.Shared.NextDouble() / 2));
        return asked > delay ? asked.Value : delay;
    }
}
