namespace MeshSecrets.Tests.Issuers;

/// <summary>A clock that stands still until it is moved.</summary>
internal sealed class ManualClock(DateTimeOffset start) : TimeProvider
{
    private DateTimeOffset _now = start;

    internal ManualClock()
        : this(new DateTimeOffset(2030, 6, 1, 12, 0, 0, TimeSpan.Zero))
    {
    }

    public override DateTimeOffset GetUtcNow() => _now;

    internal void Advance(TimeSpan time) => _now += time;

    internal void Set(DateTimeOffset now) => _now = now;
}
