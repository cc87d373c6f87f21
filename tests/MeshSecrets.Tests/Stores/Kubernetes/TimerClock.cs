namespace MeshSecrets.Tests.Stores.Kubernetes;

/// <summary>A clock with timers. It stands still until it is moved, and jumps over the pauses that it is told to.</summary>
internal sealed class TimerClock : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<Timer> _timers = [];
    private readonly List<(Func<TimeSpan, bool> IsIt, TaskCompletionSource Set)> _awaited = [];
    private DateTimeOffset _now = DateTimeOffset.UtcNow;

    /// <summary>Pauses that are over at once.</summary>
    internal Func<TimeSpan, bool> Skips { get; set; } = _ => false;

    /// <summary>The pauses that were skipped, in order.</summary>
    internal List<TimeSpan> Skipped { get; } = [];

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
        {
            return _now;
        }
    }

    public override long GetTimestamp() => GetUtcNow().Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Timer timer = new(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Waits until something waits for as long as this, unless it does already; a minute at most.</summary>
    internal Task WaitedForAsync(Func<TimeSpan, bool> isIt)
    {
        lock (_gate)
        {
            if (_timers.Any(timer => isIt(timer.Length)))
            {
                return Task.CompletedTask;
            }

            TaskCompletionSource set = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _awaited.Add((isIt, set));
            return set.Task.WaitAsync(TimeSpan.FromMinutes(1));
        }
    }

    internal void Advance(TimeSpan time)
    {
        Timer[] due;
        lock (_gate)
        {
            _now += time;
            due = [.. _timers.Where(timer => timer.Due <= _now).OrderBy(timer => timer.Due)];
            _timers.RemoveAll(due.Contains);
        }

        Array.ForEach(due, timer => timer.Fire());
    }

    private void Arm(Timer timer, TimeSpan length)
    {
        bool skip = false;
        lock (_gate)
        {
            _timers.Remove(timer);
            if (length == Timeout.InfiniteTimeSpan)
            {
                return;
            }

            (timer.Length, timer.Due) = (length, _now + length);
            skip = Skips(length);
            if (skip)
            {
                _now += length;
                Skipped.Add(length);
            }
            else
            {
                _timers.Add(timer);
                _awaited.Where(awaited => awaited.IsIt(length)).ToList().ForEach(awaited => awaited.Set.TrySetResult());
            }
        }

        if (skip)
        {
            ThreadPool.QueueUserWorkItem(_ => timer.Fire());
        }
    }

    private void Disarm(Timer timer)
    {
        lock (_gate)
        {
            _timers.Remove(timer);
        }
    }

    private sealed class Timer(TimerClock clock, Action fire) : ITimer
    {
        internal TimeSpan Length { get; set; }

        internal DateTimeOffset Due { get; set; }

        internal void Fire() => fire();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            clock.Arm(this, dueTime);
            return true;
        }

        public void Dispose() => clock.Disarm(this);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
