namespace MeshSecrets.Stores.Kubernetes.Api;

/// <summary>The time that whoever stops waits at most for a server that hangs: one, for the writes under way and for what is given back after them.</summary>
/// <param name="time">The clock.</param>
internal sealed class StopGrace(TimeProvider time)
{
    private const long None = long.MinValue;

    private static readonly TimeSpan s_length = TimeSpan.FromSeconds(5);

    private long _since = None;

    /// <summary>Nobody has stopped: the next who does has all of it.</summary>
    internal void Reset() => Volatile.Write(ref _since, None);

    /// <summary>Begins it, unless it has begun.</summary>
    /// <returns>What is left of it.</returns>
    internal TimeSpan Begin()
    {
        long now = time.GetTimestamp();
        long since = Interlocked.CompareExchange(ref _since, now, None);
        TimeSpan left = s_length - (since == None ? TimeSpan.Zero : time.GetElapsedTime(since, now));
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }
}
