using System.Management.Automation;

namespace MeshSecrets.Commands;

/// <summary>
/// The base of all cmdlets: asynchronous work, stopping, errors and progress.
/// </summary>
/// <remarks>
/// <para>A cmdlet overrides <see cref="Begin"/>, <see cref="Process"/> and <see cref="End"/> instead of PowerShell's
/// methods. What an expected exception becomes is settled here: in <see cref="Begin"/> it ends the command; in
/// <see cref="Process"/> and <see cref="End"/> it is an error of that record, and the next record follows.</para>
/// <para>It decides on the pipeline thread (parameters, paths, ShouldProcess), then works off it with
/// <see cref="Run{T}"/> or <see cref="Stream{T}"/>, and writes on it again. Ctrl-C cancels the token; the
/// work's end is awaited, so that a write under way is never abandoned. Handing over to another thread and back costs
/// some 40 µs of CPU: a cmdlet that gets thousands of records collects them in <see cref="Process"/> and runs them in
/// batches.</para>
/// <example>
/// <code>
/// [Cmdlet(VerbsCommon.Remove, "MeshSecret", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
/// public sealed class RemoveMeshSecretCommand : MeshCmdlet
/// {
///     [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true)]
///     public string[] Name { get; set; } = [];
///
///     protected override void Process()
///     {
///         foreach (SecretMetadata secret in Stream(ct =&gt; store.ListAsync(query, ct)))
///         {
///             if (ShouldProcess(secret.Id.ToString(), "Remove"))
///             {
///                 Guard(secret.Id, () =&gt; Run(ct =&gt; store.DeleteAsync(secret.Id, null, ct)));
///             }
///         }
///     }
/// }
/// </code>
/// Parallel work that speaks while it runs:
/// <code>
/// using WorkProgress progress = StartProgress("Renewing certificates", plan.Count);
/// foreach (RotationResult result in Stream(ct =&gt; rotation.RunAsync(plan, ct)))
/// {
///     progress.Advance(result.Name);
///     WriteObject(result);
/// }
///
/// Run((output, ct) =&gt; Parallel.ForEachAsync(items, ct, async (item, token) =&gt; output.WriteObject(await DoAsync(item, token))));
/// </code>
/// </example>
/// </remarks>
public abstract class MeshCmdlet : PSCmdlet
{
    // Holds no timer and no wait handle, so there is nothing to dispose, and a late Ctrl-C cannot meet a disposed source.
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Cancelled when the user stops the command.</summary>
    protected CancellationToken StopToken => _stop.Token;

    /// <summary>The clock.</summary>
    protected virtual TimeProvider Time => TimeProvider.System;

    /// <summary>Whether nothing is to be done but said: what a refused ShouldProcess alone does not tell from a user's no.</summary>
    private protected bool IsWhatIf => MyInvocation.BoundParameters.TryGetValue("WhatIf", out object? given)
        ? ((SwitchParameter)given).IsPresent
        : LanguagePrimitives.IsTrue(GetVariableValue("WhatIfPreference"));

    /// <summary>Turns the paths of parameters into paths of the file system.</summary>
    protected FilePaths FilePaths => new(SessionState.Path);

    /// <summary>Before the first record. An expected exception ends the command.</summary>
    protected virtual void Begin()
    {
    }

    /// <summary>For each record. An expected exception becomes an error of that record.</summary>
    protected virtual void Process()
    {
    }

    /// <summary>After the last record. An expected exception becomes a non-terminating error.</summary>
    protected virtual void End()
    {
    }

    /// <inheritdoc/>
    protected sealed override void BeginProcessing()
    {
        try
        {
            Begin();
        }
        catch (Exception exception) when (ErrorRecords.IsExpected(exception))
        {
            ThrowTerminatingError(ErrorRecordOf(exception, target: null));
        }
    }

    /// <inheritdoc/>
    protected sealed override void ProcessRecord() => Guard(target: null, Process);

    /// <inheritdoc/>
    protected sealed override void EndProcessing() => Guard(target: null, End);

    /// <inheritdoc/>
    protected sealed override void StopProcessing() => _stop.Cancel();

    /// <summary>Does one of several things; an expected exception becomes its error, and the next one follows.</summary>
    /// <param name="target">What is worked on, for the error record.</param>
    /// <param name="action">What to do, on this thread.</param>
    protected void Guard(object? target, Action action)
    {
        try
        {
            action();
        }
        catch (Exception exception) when (ErrorRecords.IsExpected(exception))
        {
            WriteError(exception, target);
        }
    }

    /// <summary>Runs asynchronous work to its end and returns its result. On the pipeline thread only.</summary>
    /// <typeparam name="T">The result's type.</typeparam>
    /// <param name="work">The work, run on the thread pool.</param>
    /// <returns>The result.</returns>
    /// <exception cref="PipelineStoppedException">The user stopped the command, and the work has ended.</exception>
    protected T Run<T>(Func<CancellationToken, Task<T>> work)
    {
        using WorkAhead<T> started = RunAhead(work);
        return started.Finish();
    }

    /// <inheritdoc cref="Run{T}"/>
    protected void Run(Func<CancellationToken, Task> work) => Run((_, ct) => work(ct));

    /// <summary>Runs asynchronous work to its end, while this thread writes what it says as it says it. On the pipeline thread only.</summary>
    /// <param name="work">The work, run on the thread pool; what it gives to its output is written here.</param>
    /// <exception cref="PipelineStoppedException">The user stopped the command, and the work has ended.</exception>
    protected void Run(Func<PipelineOutput, CancellationToken, Task> work)
    {
        using PipelineWork pipeline = new(StopToken);
        PipelineOutput output = new(this, pipeline.Post);
        Start(pipeline, ct => work(output, ct));
        foreach (Action step in pipeline.Steps())
        {
            step();
        }
    }

    /// <summary>Starts asynchronous work whose result is taken later, so that this thread can read on meanwhile. On the pipeline thread only.</summary>
    /// <typeparam name="T">The result's type.</typeparam>
    /// <param name="work">The work, run on the thread pool.</param>
    /// <returns>The work, to be disposed.</returns>
    private protected WorkAhead<T> RunAhead<T>(Func<CancellationToken, Task<T>> work)
    {
        PipelineWork pipeline = new(StopToken);
        WorkAhead<T> ahead = new(pipeline);
        Start(pipeline, async ct => ahead.Result = await work(ct).ConfigureAwait(false));
        return ahead;
    }

    /// <summary>
    /// Yields on the pipeline thread what an asynchronous sequence brings, as it arrives; the sequence runs a bounded
    /// way ahead on the thread pool. Leaving the loop cancels it. Loops may be nested, and may call <see cref="Run{T}"/>.
    /// </summary>
    /// <typeparam name="T">The items' type.</typeparam>
    /// <param name="source">Makes the sequence.</param>
    /// <returns>The items.</returns>
    /// <exception cref="PipelineStoppedException">The user stopped the command, and the sequence has ended.</exception>
    protected IEnumerable<T> Stream<T>(Func<CancellationToken, IAsyncEnumerable<T>> source)
    {
        using PipelineWork pipeline = new(StopToken);
        T current = default!;
        bool arrived = false;
        Start(pipeline, PostAllAsync);
        foreach (Action step in pipeline.Steps())
        {
            step();
            if (arrived)
            {
                arrived = false;
                yield return current;
            }
        }

        async Task PostAllAsync(CancellationToken cancellationToken)
        {
            await foreach (T item in source(cancellationToken).WithCancellation(cancellationToken).ConfigureAwait(false))
            {
                pipeline.Post(() => (current, arrived) = (item, true));
            }
        }
    }

    /// <summary>A progress bar, written on the pipeline thread: advance it from the loop that consumes <see cref="Stream{T}"/>.</summary>
    /// <param name="activity">What is being done, for example <c>Renewing certificates</c>.</param>
    /// <param name="total">How many items there are, if known.</param>
    /// <returns>The bar, to be disposed on the pipeline thread when the work has ended, however it ends.</returns>
    protected WorkProgress StartProgress(string activity, int? total = null) => new(Time, WriteProgress, activity, total);

    /// <summary>Writes a file out as Get-Item does, with what views and the next cmdlet expect of it (PSPath, UnixMode). On the pipeline thread only.</summary>
    /// <param name="path">Its full path.</param>
    protected void WriteItem(string path) => WriteObject(InvokeProvider.Item.Get([path], force: true, literalPath: true), enumerateCollection: true);

    /// <summary>Writes an expected exception as a non-terminating error. On the pipeline thread only.</summary>
    /// <param name="exception">What was thrown.</param>
    /// <param name="target">What was being worked on, if the exception does not know better.</param>
    protected internal void WriteError(Exception exception, object? target)
    {
        FinishPending();
        WriteError(ErrorRecordOf(exception, target));
    }

    /// <summary>
    /// Does what was accepted and is still collected. Called before an error is written, since with ErrorActionPreference
    /// Stop the error ends the command, and what came before it must not be lost.
    /// </summary>
    private protected virtual void FinishPending()
    {
    }

    /// <summary>Starts work whose requests are written as verbose lines, if those are wanted: making them costs some.</summary>
    private void Start(PipelineWork pipeline, Func<CancellationToken, Task> work)
    {
        bool isVerbose = MyInvocation.BoundParameters.TryGetValue("Verbose", out object? given)
            ? ((SwitchParameter)given).IsPresent
            : GetVariableValue("VerbosePreference") is ActionPreference and not (ActionPreference.SilentlyContinue or ActionPreference.Ignore);
        Action<string>? listener = isVerbose ? line => pipeline.TryPost(() => WriteVerbose(line)) : null;
        pipeline.Start(ct =>
        {
            RequestLog.Listen(listener);
            return work(ct);
        });
    }

    private ErrorRecord ErrorRecordOf(Exception exception, object? target) =>
        ErrorRecords.From(exception, target, writing: Attribute.GetCustomAttribute(GetType(), typeof(CmdletAttribute)) is CmdletAttribute { SupportsShouldProcess: true });
}
