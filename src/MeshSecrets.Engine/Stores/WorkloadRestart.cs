namespace MeshSecrets.Stores;

/// <summary>What became of a workload that was to be restarted.</summary>
/// <param name="Workload">The workload.</param>
/// <param name="Status">How it ended.</param>
/// <param name="Error">Why, unless it was restarted, or left alone because one before it failed.</param>
public sealed record WorkloadRestart(Workload Workload, WorkloadStatus Status, MeshException? Error = null);
