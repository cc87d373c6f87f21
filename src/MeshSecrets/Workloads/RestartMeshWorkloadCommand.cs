using System.Management.Automation;
using MeshSecrets.Stores;

namespace MeshSecrets.Commands;

/// <summary>Restarts the workloads that use secrets, one after the other, each when the one before is ready.</summary>
[Cmdlet(VerbsLifecycle.Restart, "MeshWorkload", SupportsShouldProcess = true, DefaultParameterSetName = BySecret)]
[OutputType(typeof(MeshWorkload))]
public sealed class RestartMeshWorkloadCommand : WorkloadRestartCommand
{
    private const string BySecret = "Secret";
    private const string ByName = "Workload";
    private const string ByObject = "InputObject";

    /// <summary>Names of secrets or TLS keys, with wildcards: what uses them is restarted.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = BySecret, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(SecretNameCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    /// <summary>The kind of the workloads of -WorkloadName: Deployment, StatefulSet or DaemonSet.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByName)]
    [ValidateSet(nameof(Stores.WorkloadKind.Deployment), nameof(Stores.WorkloadKind.StatefulSet), nameof(Stores.WorkloadKind.DaemonSet))]
    public string WorkloadKind { get; set; } = "";

    /// <summary>Names of workloads, which are restarted whatever they use.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByName)]
    [ValidateNotNullOrEmpty]
    public string[] WorkloadName { get; set; } = [];

    /// <summary>Workloads that this cmdlet gave: those that were not restarted, say.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByObject)]
    [Parameter(ParameterSetName = BySecret, ValueFromPipeline = true)]
    public MeshWorkload? InputObject { get; set; }

    /// <summary>How long each workload may take to be ready; usually five minutes.</summary>
    [Parameter]
    [Duration]
    [ArgumentCompleter(typeof(DurationCompleter))]
    public TimeSpan? Timeout { get; set; }

    /// <summary>Let the server check everything, and restart nothing.</summary>
    [Parameter]
    public SwitchParameter DryRun { get; set; }

    private protected override bool IsDryRun => DryRun;

    /// <inheritdoc/>
    protected override void Process()
    {
        if (InputObject is { } workload)
        {
            // From the pipeline it comes with its name, which the binder takes for a secret's.
            SelectionIn(workload.Store).AddWorkload(workload.Workload.Kind, workload.Namespace, workload.Name);
            return;
        }

        WorkloadSelection selection = SelectionIn(RequireStore(Store));
        string @namespace = ToId("any").Namespace!; // A cluster places every name in a namespace.
        foreach (string name in Name)
        {
            selection.AddSecret(@namespace, name);
        }

        foreach (string name in WorkloadName)
        {
            selection.AddWorkload(Enum.Parse<WorkloadKind>(WorkloadKind, ignoreCase: true), @namespace, name);
        }
    }

    /// <inheritdoc/>
    protected override void End()
    {
        foreach ((MeshException error, MeshWorkload? failed) in RestartSelected(Timeout ?? UsualPatience))
        {
            WriteError(error, failed);
        }
    }
}
