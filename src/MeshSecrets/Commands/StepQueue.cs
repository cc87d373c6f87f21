using System.Diagnostics.CodeAnalysis;

namespace MeshSecrets.Commands;

/// <summary>
/// A bounded queue of steps from many threads to one, which ends. As <see cref="System.Collections.Concurrent.BlockingCollection{T}"/>,
/// whose end costs the taker an exception: a tenth of a millisecond, for each record of a pipeline.
/// </summary>
/// <param name="capacity">How many steps wait at most; whoever adds more waits.</param>
internal sealed class StepQueue(int capacity)
{
    private readonly Queue<Action> _steps = [];
    private readonly object _changed = new();
    private bool _ended;

    /// <summary>Adds a step, waiting for room if need be.</summary>
    /// <param name="step">The step.</param>
    /// <exception cref="InvalidOperationException">The queue has ended: whoever adds has outlived the work it belongs to.</exception>
    internal void Add(Action step)
    {
        if (!TryAdd(step))
        {
            throw new InvalidOperationException("The work has ended; nobody takes its steps any more.");
        }
    }

    /// <summary>Adds a step, waiting for room if need be.</summary>
    /// <param name="step">The step.</param>
    /// <returns>Whether it was added; <see langword="false"/> when the queue has ended.</returns>
    internal bool TryAdd(Action step)
    {
        lock (_changed)
        {
            while (_steps.Count >= capacity && !_ended)
            {
                Monitor.Wait(_changed);
            }

            if (_ended)
            {
                return false;
            }

            _steps.Enqueue(step);
            Monitor.PulseAll(_changed);
            return true;
        }
    }

    /// <summary>Says that no more is coming.</summary>
    internal void End()
    {
        lock (_changed)
        {
            _ended = true;
            Monitor.PulseAll(_changed);
        }
    }

    /// <summary>Takes the next step, waiting for it if need be.</summary>
    /// <param name="step">The step.</param>
    /// <returns>Whether there is one; <see langword="false"/> when all are taken and no more is coming.</returns>
    internal bool TryTake([NotNullWhen(true)] out Action? step)
    {
        lock (_changed)
        {
            while (_steps.Count == 0 && !_ended)
            {
                Monitor.Wait(_changed);
            }

            if (!_steps.TryDequeue(out step))
            {
                return false;
            }

            Monitor.PulseAll(_changed);
            return true;
        }
    }
}
