using MeshSecrets.Stores.Kubernetes.Api;

namespace MeshSecrets.Stores.Kubernetes.Workloads;

/// <summary>Judges how far the restart of a workload is, by the same signs as <c>kubectl rollout status</c>.</summary>
/// <remarks><see href="https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#deployment-status"/>.</remarks>
internal static class Readiness
{
    private const string OnDelete = "OnDelete";
    private const string DeadlineExceeded = "ProgressDeadlineExceeded";

    /// <summary>Why a restart would replace no pod, or <see langword="null"/>.</summary>
    internal static MeshException? FindObstacle(Workload workload, WorkloadObject found) => found.Spec switch
    {
        { Paused: true } => WorkloadErrors.Paused(workload),
        { UpdateStrategy.Type: OnDelete } => WorkloadErrors.OnDelete(workload),
        { Replicas: > 0 and int replicas, UpdateStrategy.RollingUpdate.Partition: int partition } when partition >= replicas => WorkloadErrors.Partitioned(workload, partition, replicas),
        _ => null,
    };

    /// <summary>Which pods a restart that is done has left as they were, or <see langword="null"/>.</summary>
    internal static MeshException? FindRemainder(Workload workload, WorkloadObject found) =>
        found.Spec is { Replicas: > 0 and int replicas, UpdateStrategy.RollingUpdate.Partition: > 0 and int partition }
            ? WorkloadErrors.PartlyRestarted(workload, partition, replicas)
            : null;

    /// <summary>Whether the cluster has given up, or <see langword="null"/>.</summary>
    /// <param name="workload">The workload.</param>
    /// <param name="found">Its present state.</param>
    /// <param name="generation">The state that the restart made; what was before it tells nothing.</param>
    internal static MeshException? FindFailure(Workload workload, WorkloadObject found, long generation) =>
        IsObserved(found, generation) && (found.Status.Conditions ?? []).Any(condition => condition is { Type: "Progressing", Reason: DeadlineExceeded })
            ? WorkloadErrors.DeadlineExceeded(workload, FindLack(workload.Kind, found, generation) ?? "its pods are ready by now")
            : null;

    /// <summary>What is lacking still, or <see langword="null"/> when all pods are new and ready.</summary>
    /// <param name="kind">The workload's kind.</param>
    /// <param name="found">Its present state.</param>
    /// <param name="generation">The state that the restart made.</param>
    internal static string? FindLack(WorkloadKind kind, WorkloadObject found, long generation) =>
        !IsObserved(found, generation) ? "its controller has not taken notice of the restart" : kind switch
        {
            WorkloadKind.Deployment => LackOfDeployment(found.Spec.Replicas ?? 1, found.Status),
            WorkloadKind.StatefulSet => LackOfStatefulSet(found.Spec.Replicas ?? 1, found.Spec.UpdateStrategy?.RollingUpdate?.Partition ?? 0, found.Status),
            _ => LackOfDaemonSet(found.Status),
        };

    private static bool IsObserved(WorkloadObject found, long generation) => found.Status.ObservedGeneration >= generation;

    private static string? LackOfDeployment(int wanted, WorkloadState state) =>
        state.UpdatedReplicas < wanted ? $"{state.UpdatedReplicas} of {wanted} pods are new"
        : state.Replicas > state.UpdatedReplicas ? $"{state.Replicas - state.UpdatedReplicas} old pods have not ended"
        : state.AvailableReplicas < state.UpdatedReplicas ? $"{state.AvailableReplicas} of {state.UpdatedReplicas} pods are available"
        : null;

    private static string? LackOfStatefulSet(int wanted, int partition, WorkloadState state)
    {
        if (state.ReadyReplicas < wanted)
        {
            return $"{state.ReadyReplicas} of {wanted} pods are ready";
        }

        // With a partition the revisions never become one.
        bool isNew = partition > 0 ? state.UpdatedReplicas >= wanted - partition : state.UpdateRevision == state.CurrentRevision || state.UpdatedReplicas >= wanted;
        return isNew ? null : $"{state.UpdatedReplicas} of {wanted - partition} pods are new";
    }

    private static string? LackOfDaemonSet(WorkloadState state) =>
        state.UpdatedNumberScheduled < state.DesiredNumberScheduled ? $"{state.UpdatedNumberScheduled} of {state.DesiredNumberScheduled} pods are new"
        : state.NumberAvailable < state.DesiredNumberScheduled ? $"{state.NumberAvailable} of {state.DesiredNumberScheduled} pods are available"
        : null;
}
