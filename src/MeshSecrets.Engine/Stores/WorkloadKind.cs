namespace MeshSecrets.Stores;

/// <summary>A kind of workload whose pods are replaced when its template changes.</summary>
public enum WorkloadKind
{
    /// <summary>A pod on each node.</summary>
    DaemonSet,

    /// <summary>Pods of which each is as good as the other.</summary>
    Deployment,

    /// <summary>Pods with names and volumes of their own.</summary>
    StatefulSet,
}
