using System.Management.Automation;

namespace MeshSecrets.Commands;

/// <summary>What running work says to the pipeline. All members may be called from any thread while the work runs.</summary>
public sealed class PipelineOutput
{
    private readonly MeshCmdlet _cmdlet;
    private readonly Action<Action> _post;

    internal PipelineOutput(MeshCmdlet cmdlet, Action<Action> post)
    {
        _cmdlet = cmdlet;
        _post = post;
    }

    /// <summary>Writes an object; a collection as one.</summary>
    /// <param name="value">The object.</param>
    public void WriteObject(object value) => _post(() => _cmdlet.WriteObject(value));

    /// <summary>Writes a verbose message.</summary>
    /// <param name="message">The message; never a secret.</param>
    public void WriteVerbose(string message) => _post(() => _cmdlet.WriteVerbose(message));

    /// <summary>Writes a warning.</summary>
    /// <param name="message">The message; never a secret.</param>
    public void WriteWarning(string message) => _post(() => _cmdlet.WriteWarning(message));

    /// <summary>Writes an expected exception as a non-terminating error; the work goes on.</summary>
    /// <param name="exception">What was thrown.</param>
    /// <param name="target">What was being worked on, if the exception does not know better.</param>
    public void WriteError(Exception exception, object? target = null) => _post(() => _cmdlet.WriteError(exception, target));

    /// <summary>Does anything else on the pipeline thread, for example to advance a <see cref="WorkProgress"/>.</summary>
    /// <param name="step">What to do there.</param>
    public void Post(Action step) => _post(step);
}
