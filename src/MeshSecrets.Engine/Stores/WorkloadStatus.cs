namespace MeshSecrets.Stores;

/// <summary>How a restart ended.</summary>
public enum WorkloadStatus
{
    /// <summary>All its pods but those that a partition holds back are new and ready; on a dry run, the server would have begun it.</summary>
    Restarted,

    /// <summary>It was begun, and was not ready in time. It goes on.</summary>
    TimedOut,

    /// <summary>It could not be begun, or the cluster has given it up.</summary>
    Failed,

    /// <summary>It was left alone: one before it failed, or it is set up so that a restart would replace no pod.</summary>
    NotRestarted,
}
