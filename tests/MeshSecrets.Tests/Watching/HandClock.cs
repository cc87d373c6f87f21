namespace MeshSecrets.Watching;

/// <summary>A clock that is moved by hand, and whose timers go off when it is.</summary>
internal sealed class HandClock(DateTimeOffset start) : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<HandTimer> _timers = [];
    private readonly SemaphoreSlim _set = new(0);
    private DateTimeOffset _now = start;

    /// <summary>How many timers were ever set.</summary>
    internal int TimersSet { get; private set; }

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
        {
            return _now;
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new HandTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Waits until a timer is set that has not gone off: what is tested waits for it.</summary>
    internal async Task PendingAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            lock (_gate)
            {
                if (_timers.Count > 0)
                {
                    return;
                }
            }

            Assert.True(await _set.WaitAsync(TimeSpan.FromSeconds(30), cancellationToken), "No timer was set.");
        }
    }

    internal void Advance(TimeSpan time)
    {
        HandTimer[] due;
        lock (_gate)
        {
            _now += time;
            due = [.. _timers.Where(timer => timer.DueAt <= _now)];
            _timers.RemoveAll(due.Contains);
        }

        Array.ForEach(due, timer => timer.GoOff());
    }

    private sealed class HandTimer(HandClock clock, Action goOff) : ITimer
    {
        internal DateTimeOffset DueAt { get; private set; }

        internal void GoOff() => goOff();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._gate)
            {
                clock._timers.Remove(this);
                if (dueTime < TimeSpan.Zero)
                {
                    return true;
                }

                DueAt = clock._now + dueTime;
                clock._timers.Add(this);
                clock.TimersSet++;
            }

            clock._set.Release();
            return true;
        }

        public void Dispose()
        {
            lock (clock._gate)
            {
                clock._timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
