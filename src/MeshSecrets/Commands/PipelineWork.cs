using System.Management.Automation;

namespace MeshSecrets.Commands;

/// <summary>
/// One piece of asynchronous work, seen from the pipeline thread: it runs on the thread pool and posts steps, which
/// the pipeline thread takes and executes as they arrive, until the work has ended. Whoever disposes of it earlier
/// cancels the work and waits for its end, so that a write under way is never abandoned.
/// </summary>
internal sealed class PipelineWork : IDisposable
{
    // Bounds memory when the work is faster than what comes after it in the pipeline; the work then waits.
    private const int MaxSteps = 1024;

    private readonly StepQueue _steps = new(MaxSteps);
    private readonly CancellationToken _stop;
    private readonly CancellationTokenSource _cancellation;
    private Task _running = Task.CompletedTask;

    /// <param name="stop">Cancelled when the user stops the command.</param>
    internal PipelineWork(CancellationToken stop)
    {
        _stop = stop;
        _cancellation = CancellationTokenSource.CreateLinkedTokenSource(stop);
    }

    /// <summary>Whether the work has ended; steps may still be waiting.</summary>
    internal bool HasEnded => _running.IsCompleted;

    /// <summary>Hands a step to the pipeline thread. For the work only, while it runs.</summary>
    /// <param name="step">What to do there.</param>
    internal void Post(Action step) => _steps.Add(step);

    /// <summary>As <see cref="Post"/>, but for what may outlive the work: then the step is dropped.</summary>
    /// <param name="step">What to do there.</param>
    internal void TryPost(Action step) => _steps.TryAdd(step);

    /// <summary>Starts the work, once.</summary>
    /// <param name="work">The work; its token is cancelled by a stop, or when its steps are wanted no longer.</param>
    internal void Start(Func<CancellationToken, Task> work)
    {
        CancellationToken token = _cancellation.Token;
        _running = Task.Run(() => work(token), CancellationToken.None);
        _ = _running.ContinueWith(
            _ => _steps.End(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    /// <summary>Yields the steps as they arrive. Ends when the work has ended, with its exception if it has one.</summary>
    /// <returns>The steps.</returns>
    /// <exception cref="PipelineStoppedException">The user stopped the command.</exception>
    internal IEnumerable<Action> Steps()
    {
        while (_steps.TryTake(out Action? step))
        {
            yield return step;
        }

        try
        {
            // It has ended, so this does not wait; it throws what the work has thrown.
            _running.GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_running.IsCompleted)
        {
            _cancellation.Cancel();
            DiscardSteps();
        }

        _cancellation.Dispose();
    }

    // Steps are taken until the work has ended, for it may be waiting for room; how it ends concerns nobody any more.
    private void DiscardSteps()
    {
        while (_steps.TryTake(out _))
        {
        }
    }
}
