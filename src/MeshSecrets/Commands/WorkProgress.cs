using System.Management.Automation;

namespace MeshSecrets.Commands;

/// <summary>
/// The progress bar of one command. It appears only if the work takes long enough to be worth one, moves a few times
/// a second whatever the pace of the work, and goes away when disposed. For the pipeline thread only.
/// </summary>
public sealed class WorkProgress : IDisposable
{
    private const int ActivityId = 0x4D53;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_pace = TimeSpan.FromMilliseconds(250);

    private readonly TimeProvider _time;
    private readonly Action<ProgressRecord> _write;
    private readonly string _activity;
    private readonly int? _total;
    private long _last;
    private TimeSpan _due = s_patience;
    private int _done;
    private bool _shown;

    internal WorkProgress(TimeProvider time, Action<ProgressRecord> write, string activity, int? total)
    {
        _time = time;
        _write = write;
        _activity = activity;
        _total = total;
        _last = time.GetTimestamp();
    }

    /// <summary>One more item is done.</summary>
    /// <param name="status">What is shown beside the count, usually the item's name; never a secret.</param>
    public void Advance(string? status = null)
    {
        _done++;
        if (_time.GetElapsedTime(_last) < _due)
        {
            return;
        }

        _last = _time.GetTimestamp();
        _due = s_pace;
        _shown = true;
        _write(Record(status));
    }

    /// <summary>Takes the bar away, if it ever appeared.</summary>
    public void Dispose()
    {
        if (_shown)
        {
            _shown = false;
            _write(new ProgressRecord(ActivityId, _activity, "Done") { RecordType = ProgressRecordType.Completed });
        }
    }

    private ProgressRecord Record(string? status)
    {
        string count = _total is { } total ? $"{_done} of {total}" : $"{_done}";
        return new ProgressRecord(ActivityId, _activity, status is null ? count : $"{count}: {status}")
        {
            PercentComplete = _total is > 0 and { } all ? (int)Math.Min(100L, 100L * _done / all) : -1,
        };
    }
}
