namespace MeshSecrets.Stores;

/// <summary>What became of a workload that was to be restarted.</summary>
/// <param name="Workload">The workload.</param>
/// <param name="Status">How it ended.</param>
/// <param name="Error">Why, unless all of it was restarted, or it was left alone because one before it failed; with <see cref="WorkloadStatus.Restarted"/>, which of its pods its partition held back.</param>
public sealed record WorkloadRestart(Workload Workload, WorkloadStatus Status, MeshException? Error = null);
