using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using MeshSecrets.Stores.Kubernetes.Api;

namespace MeshSecrets.Stores.Kubernetes.Workloads;

/// <summary>Lists, reads and restarts workloads.</summary>
/// <param name="client">Sends.</param>
/// <param name="writeQuery">Parameters of a write: the manager, and whether it is tried only.</param>
internal sealed class WorkloadClient(KubernetesClient client, string writeQuery)
{
    /// <summary>What <c>kubectl rollout restart</c> sets: a template that changed makes the pods anew.</summary>
    internal const string RestartAnnotation = "kubectl.kubernetes.io/restartedAt";

    private const string Group = "apps";
    private const int PageSize = 500;

    internal async Task<IReadOnlyList<Workload>> ListAsync(WorkloadKind kind, string @namespace, CancellationToken cancellationToken)
    {
        List<Workload> found = [];
        string? token = null;
        while (true)
        {
            string query = $"?limit={PageSize}{(token is null ? "" : $"&continue={Uri.EscapeDataString(token)}")}";
            ApiRequest request = new(HttpMethod.Get, PathOf(kind, @namespace) + query, TargetOf("list", kind, @namespace, name: null));
            ApiResult<WorkloadPage> result = await client.SendAsync(request, KubernetesJson.Default.WorkloadPage, cancellationToken).ConfigureAwait(false);
            if (result.Failure?.StatusCode == HttpStatusCode.Gone && token is not null)
            {
                found.Clear(); // The server has forgotten the list that was begun: anew.
                token = null;
                continue;
            }

            WorkloadPage page = result.Value ?? throw KubernetesErrors.From(result.Failure!, request, $"the {ResourceOf(kind)} of namespace {@namespace}");
            found.AddRange((page.Items ?? []).Where(item => item.Metadata.DeletionTimestamp is null).Select(item => ToWorkload(kind, @namespace, item)));
            token = page.Metadata.Continue is { Length: > 0 } next ? next : null;
            if (token is null)
            {
                return found;
            }
        }
    }

    internal async Task<Workload> ReadAsync(WorkloadKind kind, string @namespace, string name, CancellationToken cancellationToken) =>
        ToWorkload(kind, @namespace, await GetAsync(kind, @namespace, name, cancellationToken).ConfigureAwait(false));

    internal Task<WorkloadObject> GetAsync(Workload workload, CancellationToken cancellationToken) =>
        GetAsync(workload.Kind, workload.Namespace, workload.Name, cancellationToken);

    /// <returns>As the server has it then.</returns>
    internal async Task<WorkloadObject> RestartAsync(Workload workload, CancellationToken cancellationToken)
    {
        // With milliseconds, which kubectl leaves out: two restarts within a second are two.
        string now = client.Time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        JsonObject patch = new()
        {
            ["spec"] = new JsonObject { ["template"] = new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { [RestartAnnotation] = now } } } },
        };
        ApiRequest request = new(HttpMethod.Patch, PathOf(workload.Kind, workload.Namespace, workload.Name) + writeQuery, TargetOf("patch", workload.Kind, workload.Namespace, workload.Name))
        {
            Body = Encoding.UTF8.GetBytes(patch.ToJsonString()),
            ContentType = ApiRequest.MergePatch,
        };
        ApiResult<WorkloadObject> result = await client.SendAsync(request, KubernetesJson.Default.WorkloadObject, cancellationToken).ConfigureAwait(false);
        return result.Value ?? throw KubernetesErrors.From(result.Failure!, request, workload.ToString());
    }

    private async Task<WorkloadObject> GetAsync(WorkloadKind kind, string @namespace, string name, CancellationToken cancellationToken)
    {
        ApiRequest request = new(HttpMethod.Get, PathOf(kind, @namespace, name), TargetOf("get", kind, @namespace, name));
        ApiResult<WorkloadObject> result = await client.SendAsync(request, KubernetesJson.Default.WorkloadObject, cancellationToken).ConfigureAwait(false);
        return result switch
        {
            { Value: { } found } => found,
            { Failure.StatusCode: HttpStatusCode.NotFound } => throw WorkloadErrors.NotFound(kind, @namespace, name),
            _ => throw KubernetesErrors.From(result.Failure!, request, $"{kind} {@namespace}/{name}"),
        };
    }

    private static Workload ToWorkload(WorkloadKind kind, string @namespace, WorkloadObject found) =>
        new(kind, @namespace, found.Metadata.Name ?? "", PodSecrets.Of(found.Spec.Template));

    private static string ResourceOf(WorkloadKind kind) => kind.ToString().ToLowerInvariant() + "s";

    private static string PathOf(WorkloadKind kind, string @namespace) => $"/apis/{Group}/v1/namespaces/{Uri.EscapeDataString(@namespace)}/{ResourceOf(kind)}";

    private static string PathOf(WorkloadKind kind, string @namespace, string name) => $"{PathOf(kind, @namespace)}/{Uri.EscapeDataString(name)}";

    private static ApiTarget TargetOf(string verb, WorkloadKind kind, string @namespace, string? name) => new(verb, Group, ResourceOf(kind), @namespace, name);
}
