namespace MeshSecrets.Stores.Kubernetes.Api;

/// <summary>A page of workloads (<c>DeploymentList</c>, …).</summary>
internal sealed class WorkloadPage
{
    public ListMeta Metadata { get; set; } = new();

    // null, not empty, when there is none: so Go writes an empty list.
    public List<WorkloadObject>? Items { get; set; }
}

/// <summary>A Deployment, StatefulSet or DaemonSet (<c>apps/v1</c>), as far as a restart goes by it.</summary>
/// <remarks><see href="https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/"/>.</remarks>
internal sealed class WorkloadObject
{
    public ObjectMeta Metadata { get; set; } = new();

    public WorkloadSpec Spec { get; set; } = new();

    public WorkloadState Status { get; set; } = new();
}

/// <summary>What is wanted.</summary>
internal sealed class WorkloadSpec
{
    /// <summary>Not of a DaemonSet.</summary>
    public int? Replicas { get; set; }

    /// <summary>Of a Deployment.</summary>
    public bool? Paused { get; set; }

    /// <summary>Of a StatefulSet or DaemonSet.</summary>
    public UpdateStrategy? UpdateStrategy { get; set; }

    public PodTemplate Template { get; set; } = new();
}

/// <summary>How pods are replaced.</summary>
internal sealed class UpdateStrategy
{
    public string? Type { get; set; }

    public RollingUpdate? RollingUpdate { get; set; }
}

/// <summary>How they are replaced one by one.</summary>
internal sealed class RollingUpdate
{
    /// <summary>Of a StatefulSet: pods with a lower number stay as they are.</summary>
    public int? Partition { get; set; }
}

/// <summary>What is: the numbers of pods, under the names of each kind.</summary>
internal sealed class WorkloadState
{
    public long? ObservedGeneration { get; set; }

    public int Replicas { get; set; }

    public int UpdatedReplicas { get; set; }

    public int AvailableReplicas { get; set; }

    public int ReadyReplicas { get; set; }

    public string? CurrentRevision { get; set; }

    public string? UpdateRevision { get; set; }

    public int DesiredNumberScheduled { get; set; }

    public int UpdatedNumberScheduled { get; set; }

    public int NumberAvailable { get; set; }

    public List<WorkloadCondition>? Conditions { get; set; }
}

/// <summary>What a controller says of its work.</summary>
internal sealed class WorkloadCondition
{
    public string? Type { get; set; }

    public string? Reason { get; set; }
}
