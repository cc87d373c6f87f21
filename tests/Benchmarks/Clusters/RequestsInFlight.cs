using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace MeshSecrets.Benchmarks.Clusters;

/// <summary>How many requests are under way in the mean, by the framework's own count.</summary>
internal sealed class RequestsInFlight : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly Lock _gate = new();
    private readonly long _begin = Stopwatch.GetTimestamp();
    private long _since = Stopwatch.GetTimestamp();
    private long _now;
    private double _sum;

    internal RequestsInFlight()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument is { Meter.Name: "System.Net.Http", Name: "http.client.active_requests" })
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, change, _, _) => Count(change));
        _listener.Start();
    }

    internal double Mean
    {
        get
        {
            Count(0);
            return _sum / Stopwatch.GetElapsedTime(_begin).TotalSeconds;
        }
    }

    public void Dispose() => _listener.Dispose();

    private void Count(long change)
    {
        lock (_gate)
        {
            long time = Stopwatch.GetTimestamp();
            _sum += _now * Stopwatch.GetElapsedTime(_since, time).TotalSeconds;
            (_since, _now) = (time, _now + change);
        }
    }
}
