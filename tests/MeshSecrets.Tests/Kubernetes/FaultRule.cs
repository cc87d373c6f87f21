namespace MeshSecrets.Kubernetes;

/// <summary>Which requests at <see cref="FaultServer"/> meet which fault, and how often.</summary>
public sealed class FaultRule
{
    private readonly string _method;
    private readonly string _target;
    private readonly int _times;
    private readonly TaskCompletionSource _met = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _count;

    internal FaultRule(string method, string target, Fault fault, int times) => (_method, _target, Fault, _times) = (method, target, fault, times);

    /// <summary>How many requests have met it.</summary>
    public int Count => Math.Min(Volatile.Read(ref _count), _times);

    /// <summary>Ends when it has happened as often as it was to happen.</summary>
    public Task Met => _met.Task;

    internal Fault Fault { get; }

    internal bool Takes(string method, string target)
    {
        if (_method != method || !target.Contains(_target, StringComparison.Ordinal))
        {
            return false;
        }

        int count = Interlocked.Increment(ref _count);
        if (count == _times)
        {
            _met.SetResult();
        }

        return count <= _times;
    }
}
