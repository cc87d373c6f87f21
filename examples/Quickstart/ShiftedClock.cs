namespace Quickstart;

/// <summary>The system's clock, moved forward at will, so that what comes due in a day is seen now.</summary>
internal sealed class ShiftedClock : TimeProvider
{
    private TimeSpan _shift;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + _shift;

    /// <summary>Moves the clock forward.</summary>
    internal void Advance(TimeSpan time) => _shift += time;
}
