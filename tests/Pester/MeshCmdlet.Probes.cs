#nullable enable
// Compiled by MeshCmdlet.Tests.ps1: cmdlets that do nothing but use their base.
using System;
using System.Collections.Generic;
using System.Management.Automation;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using MeshSecrets.Commands;

namespace MeshSecrets.Probes;

/// <summary>How far the work has come, for tests that wait for it.</summary>
public static class Signals
{
    public static ManualResetEventSlim Started { get; } = new();

    public static ManualResetEventSlim Ending { get; } = new();

    public static ManualResetEventSlim MayEnd { get; } = new();

    public static volatile bool Ended;

    public static volatile int Produced;

    public static void Reset()
    {
        Started.Reset();
        Ending.Reset();
        MayEnd.Reset();
        Ended = false;
        Produced = 0;
    }
}

[Cmdlet(VerbsDiagnostic.Test, "Speech")]
public sealed class TestSpeechCommand : MeshCmdlet
{
    protected override void Process() => Run(async (output, ct) =>
    {
        await Task.Yield();
        output.WriteObject(1);
        output.WriteVerbose("verbose");
        output.WriteWarning("warning");
        output.WriteError(new System.IO.IOException("error"));
    });
}

[Cmdlet(VerbsDiagnostic.Test, "WorkThread")]
public sealed class TestWorkThreadCommand : MeshCmdlet
{
    protected override void Process()
    {
        int pipeline = Environment.CurrentManagedThreadId;
        WriteObject(Run(ct => Task.FromResult(Environment.CurrentManagedThreadId != pipeline && Thread.CurrentThread.IsThreadPoolThread)));
    }
}

[Cmdlet(VerbsDiagnostic.Test, "Stream")]
public sealed class TestStreamCommand : MeshCmdlet
{
    [Parameter]
    public int Count { get; set; }

    protected override void Process()
    {
        foreach (int i in Stream(Numbers))
        {
            WriteObject(Run(ct => Task.FromResult(2 * i)));
        }
    }

    private async IAsyncEnumerable<int> Numbers([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Signals.Started.Set();
        try
        {
            for (int i = 1; i <= Count; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                await Task.Yield();
                Signals.Produced = i;
                yield return i;
            }
        }
        finally
        {
            Signals.Ended = true;
        }
    }
}

[Cmdlet(VerbsDiagnostic.Test, "Wait")]
public sealed class TestWaitCommand : MeshCmdlet
{
    /// <summary>Work that has something to end after the stop, as a write has.</summary>
    [Parameter]
    public SwitchParameter Stubborn { get; set; }

    protected override void Process() => Run(async ct =>
    {
        Signals.Started.Set();
        try
        {
            await Task.Delay(Timeout.Infinite, ct);
        }
        finally
        {
            if (Stubborn)
            {
                Signals.Ending.Set();
                await Task.Run(Signals.MayEnd.Wait, CancellationToken.None);
            }

            Signals.Ended = true;
        }
    });
}

[Cmdlet(VerbsDiagnostic.Test, "Failure")]
public sealed class TestFailureCommand : MeshCmdlet
{
    [Parameter(ValueFromPipeline = true)]
    public int[] InputObject { get; set; } = [];

    [Parameter]
    public MeshErrorKind Kind { get; set; }

    [Parameter]
    public Exception? Exception { get; set; }

    [Parameter]
    public SwitchParameter InBegin { get; set; }

    protected override void Begin()
    {
        if (InBegin)
        {
            throw Failure();
        }
    }

    protected override void Process()
    {
        if (InputObject.Length == 0)
        {
            Run(ct => Task.FromException(Failure()));
        }

        foreach (int item in InputObject)
        {
            Guard(item, () => WriteObject(Run(ct => item == 2 ? throw new MeshException("ProbeFailed", Kind, "failed") : Task.FromResult(item))));
        }
    }

    private Exception Failure() => Exception ?? new MeshException("ProbeFailed", Kind, "failed", "the target");
}

[Cmdlet(VerbsDiagnostic.Test, "Paths")]
public sealed class TestPathsCommand : MeshCmdlet
{
    [Parameter]
    public string? Path { get; set; }

    [Parameter]
    public string? LiteralPath { get; set; }

    protected override void Process() =>
        WriteObject(Path is not null ? FilePaths.Expand(Path) : FilePaths.LiteralExisting(LiteralPath!), enumerateCollection: true);
}

[Cmdlet(VerbsDiagnostic.Test, "Bar")]
public sealed class TestBarCommand : MeshCmdlet
{
    private readonly SteppingTime _time = new();

    [Parameter]
    public int Items { get; set; }

    [Parameter]
    public int Milliseconds { get; set; }

    [Parameter]
    public SwitchParameter Fail { get; set; }

    protected override TimeProvider Time => _time;

    protected override void Process()
    {
        using var bar = StartProgress("Working", Items);
        for (int i = 0; i < Items; i++)
        {
            bar.Advance("item");
            _time.Milliseconds += Milliseconds;
        }

        if (Fail)
        {
            throw new System.IO.IOException("failed");
        }
    }

    private sealed class SteppingTime : TimeProvider
    {
        public long Milliseconds { get; set; }

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => Milliseconds;
    }
}
