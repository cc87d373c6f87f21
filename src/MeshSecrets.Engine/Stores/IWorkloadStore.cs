using MeshSecrets.Secrets;

namespace MeshSecrets.Stores;

/// <summary>A store beside which workloads run that read secrets, often at their start only.</summary>
public interface IWorkloadStore : ISecretStore
{
    /// <summary>Lists the workloads of a namespace whose pods use secrets.</summary>
    /// <param name="namespace">The namespace.</param>
    /// <param name="cancellationToken">Stops the operation.</param>
    /// <returns>The workloads in no particular order.</returns>
    Task<IReadOnlyList<Workload>> ListWorkloadsAsync(string @namespace, CancellationToken cancellationToken);

    /// <summary>Reads one workload.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="namespace">Its namespace.</param>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Stops the operation.</param>
    /// <returns>The workload.</returns>
    /// <exception cref="MeshException"><c>WorkloadNotFound</c>.</exception>
    Task<Workload> GetWorkloadAsync(WorkloadKind kind, string @namespace, string name, CancellationToken cancellationToken);

    /// <summary>
    /// Replaces the pods of workloads by new ones, one workload after the other, each when the one before is ready. If one
    /// fails, those after it are left alone: what keeps one from starting may keep them, too.
    /// </summary>
    /// <param name="workloads">The workloads, in the order in which they are restarted.</param>
    /// <param name="patience">How long each may take to be ready.</param>
    /// <param name="cancellationToken">Stops waiting; a restart under way goes on in the cluster.</param>
    /// <returns>What became of each; that one could not be restarted is a result, not an exception.</returns>
    IAsyncEnumerable<WorkloadRestart> RestartAsync(IEnumerable<Workload> workloads, TimeSpan patience, CancellationToken cancellationToken);

    /// <summary>Takes back the note that what uses a secret is to be restarted. One that a later renewal made stays.</summary>
    /// <param name="secret">The secret with the note that was followed.</param>
    /// <param name="cancellationToken">Stops the operation.</param>
    /// <returns>A task.</returns>
    Task SettleRestartAsync(SecretMetadata secret, CancellationToken cancellationToken);
}
