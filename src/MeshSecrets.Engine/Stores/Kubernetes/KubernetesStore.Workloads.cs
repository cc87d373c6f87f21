using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;
using MeshSecrets.Secrets;
using MeshSecrets.Stores.Kubernetes.Api;
using MeshSecrets.Stores.Kubernetes.Workloads;

namespace MeshSecrets.Stores.Kubernetes;

/// <content>Restarts of Deployments, StatefulSets and DaemonSets, as <c>kubectl rollout restart</c> makes them.</content>
public sealed partial class KubernetesStore : IWorkloadStore
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    private WorkloadClient Workloads => new(_client, WriteQuery);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Workload>> ListWorkloadsAsync(string @namespace, CancellationToken cancellationToken)
    {
        List<Workload> found = [];
        foreach (WorkloadKind kind in Enum.GetValues<WorkloadKind>())
        {
            found.AddRange(await Workloads.ListAsync(kind, @namespace, cancellationToken).ConfigureAwait(false));
        }

        return [.. found.Where(workload => !workload.Secrets.IsEmpty)];
    }

    /// <inheritdoc/>
    public Task<Workload> GetWorkloadAsync(WorkloadKind kind, string @namespace, string name, CancellationToken cancellationToken) =>
        Workloads.ReadAsync(kind, @namespace, name, cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<WorkloadRestart> RestartAsync(IEnumerable<Workload> workloads, TimeSpan patience, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        bool failed = false;
        foreach (Workload workload in workloads)
        {
            WorkloadRestart restart = failed ? new(workload, WorkloadStatus.NotRestarted) : await RestartAsync(workload, patience, cancellationToken).ConfigureAwait(false);
            failed |= restart.Status is WorkloadStatus.Failed or WorkloadStatus.TimedOut;
            yield return restart;
        }
    }

    /// <inheritdoc/>
    public async Task SettleRestartAsync(SecretMetadata secret, CancellationToken cancellationToken)
    {
        SecretId id = Place(secret.Id);
        string? version = secret.ResourceVersion;
        for (int round = 0; round < MaxRounds; round++)
        {
            SecretState? state = await ReadStateAsync(id, version, cancellationToken).ConfigureAwait(false);
            if (state is null || SecretMapping.RestartDueOf(state.Metadata) != secret.RestartDue)
            {
                return; // It is gone, somebody took it back already, or it is that of another renewal.
            }

            JsonObject patch = new()
            {
                ["metadata"] = new JsonObject { ["resourceVersion"] = state.ResourceVersion, ["annotations"] = new JsonObject { [SecretMapping.RestartDueAnnotation] = null } },
            };
            ApiRequest request = new(HttpMethod.Patch, PathOf(id) + WriteQuery, TargetOf("patch", id))
            {
                ContentType = ApiRequest.MergePatch,
                Accept = ApiRequest.MetadataOnly,
                Body = Encoding.UTF8.GetBytes(patch.ToJsonString()),
            };
            ApiResult<MetadataObject> result = await _client.SendAsync(request, KubernetesJson.Default.MetadataObject, cancellationToken).ConfigureAwait(false);
            if (result.Value is not null)
            {
                return;
            }

            if (result.Failure!.StatusCode is not (HttpStatusCode.Conflict or HttpStatusCode.NotFound))
            {
                throw KubernetesErrors.From(result.Failure, request, id);
            }

            version = null; // Changed meanwhile, or removed: look again.
        }

        throw KubernetesErrors.Changing(id);
    }

    private async Task<WorkloadRestart> RestartAsync(Workload workload, TimeSpan patience, CancellationToken cancellationToken)
    {
        try
        {
            // Read again, since those before it took their time.
            WorkloadObject found = await Workloads.GetAsync(workload, cancellationToken).ConfigureAwait(false);
            if (Readiness.FindObstacle(workload, found) is { } obstacle)
            {
                return new(workload, WorkloadStatus.NotRestarted, obstacle);
            }

            WorkloadObject changed = await Workloads.RestartAsync(workload, cancellationToken).ConfigureAwait(false);
            return _dryRunOf is not null
                ? new(workload, WorkloadStatus.Restarted)
                : await AwaitReadyAsync(workload, changed.Metadata.Generation ?? 0, patience, cancellationToken).ConfigureAwait(false);
        }
        catch (MeshException e)
        {
            return new(workload, WorkloadStatus.Failed, e);
        }
    }

    private async Task<WorkloadRestart> AwaitReadyAsync(Workload workload, long generation, TimeSpan patience, CancellationToken cancellationToken)
    {
        long start = _client.Time.GetTimestamp();
        while (true)
        {
            WorkloadObject found = await Workloads.GetAsync(workload, cancellationToken).ConfigureAwait(false);
            if (Readiness.FindFailure(workload, found, generation) is { } failure)
            {
                return new(workload, WorkloadStatus.Failed, failure);
            }

            if (Readiness.FindLack(workload.Kind, found, generation) is not { } lack)
            {
                return new(workload, WorkloadStatus.Restarted, Readiness.FindRemainder(workload, found));
            }

            TimeSpan left = patience - _client.Time.GetElapsedTime(start);
            if (left <= TimeSpan.Zero)
            {
                return new(workload, WorkloadStatus.TimedOut, WorkloadErrors.NotReady(workload, patience, lack));
            }

            await Task.Delay(left < s_pause ? left : s_pause, _client.Time, cancellationToken).ConfigureAwait(false);
        }
    }
}
