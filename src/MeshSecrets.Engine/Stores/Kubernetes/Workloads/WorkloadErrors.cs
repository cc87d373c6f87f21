using MeshSecrets.Certificates;

namespace MeshSecrets.Stores.Kubernetes.Workloads;

/// <summary>Where the errors of workloads are born.</summary>
internal static class WorkloadErrors
{
    internal static MeshException NotFound(WorkloadKind kind, string @namespace, string name) => new(
        "WorkloadNotFound",
        MeshErrorKind.NotFound,
        $"There is no {kind} '{name}' in namespace '{@namespace}'. Check kind, name and -Namespace: kubectl get deployments,statefulsets,daemonsets -n {@namespace}",
        $"{@namespace}/{name}");

    internal static MeshException NotReady(Workload workload, TimeSpan patience, string lack) => new(
        "WorkloadNotReady",
        MeshErrorKind.Unavailable,
        $"{workload} was restarted and is not ready after {Duration.Format(patience)}: {lack}. The restart goes on; see {StatusOf(workload)}. What would have followed was not restarted.",
        workload);

    internal static MeshException DeadlineExceeded(Workload workload, string lack) => new(
        "WorkloadDeadlineExceeded",
        MeshErrorKind.Unavailable,
        $"{workload} was restarted and makes no progress within its progressDeadlineSeconds: {lack}. Its pods that are old keep running; see why the new ones do not start (kubectl describe pods -n {workload.Namespace}), or go back: kubectl rollout undo {Argument(workload)}. What would have followed was not restarted.",
        workload);

    internal static MeshException Paused(Workload workload) => new(
        "WorkloadPaused",
        MeshErrorKind.InvalidOperation,
        $"{workload} is paused, so that a restart would replace no pod, and it was left alone. Resume it, then restart it: kubectl rollout resume {Argument(workload)}",
        workload);

    internal static MeshException OnDelete(Workload workload) => new(
        "WorkloadOnDelete",
        MeshErrorKind.InvalidOperation,
        $"{workload} replaces its pods only when somebody removes them (updateStrategy OnDelete), and it was left alone. Remove its pods one after the other.",
        workload);

    internal static MeshException Partitioned(Workload workload, int partition, int replicas) => new(
        "WorkloadPartitioned",
        MeshErrorKind.InvalidOperation,
        $"{workload} has {replicas} pods and a partition of {partition}, so that a restart would replace none of them, and it was left alone. Lower updateStrategy.rollingUpdate.partition, or remove its pods one after the other.",
        workload);

    internal static MeshException PartlyRestarted(Workload workload, int partition, int replicas) => new(
        "WorkloadPartlyRestarted",
        MeshErrorKind.InvalidOperation,
        $"{workload} has {replicas} pods and a partition of {partition}: the {replicas - partition} with the highest numbers are new and ready, and the others still have what they read at their start. Lower updateStrategy.rollingUpdate.partition, and they follow.",
        workload);

    private static string StatusOf(Workload workload) => $"kubectl rollout status {Argument(workload)}";

    private static string Argument(Workload workload) => $"{workload.Kind.ToString().ToLowerInvariant()}/{workload.Name} -n {workload.Namespace}";
}
