using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using MeshSecrets.Stores.Kubernetes.Api;

namespace MeshSecrets.Stores.Kubernetes.Leases;

/// <summary>Reads and writes one lease, each change on the condition that nobody was faster.</summary>
internal sealed class LeaseClient(KubernetesClient client, string manager, string @namespace, string name)
{
    private const string Group = "coordination.k8s.io";

    /// <summary>The same for giving it back.</summary>
    internal LeaseClient Last => new(client, manager, @namespace, name) { IsLast = true };

    internal string Name => name;

    internal string Namespace => @namespace;

    private bool IsLast { get; init; }

    private string CollectionPath => $"/apis/{Group}/v1/namespaces/{Uri.EscapeDataString(@namespace)}/leases";

    private string Query => $"?fieldManager={Uri.EscapeDataString(manager)}";

    internal async Task<LeaseObject?> GetAsync(CancellationToken cancellationToken)
    {
        ApiRequest request = new(HttpMethod.Get, $"{CollectionPath}/{name}", TargetOf("get", name)) { IsLast = IsLast };
        ApiResult<LeaseObject> result = await client.SendAsync(request, KubernetesJson.Default.LeaseObject, cancellationToken).ConfigureAwait(false);
        return result is { Failure.StatusCode: HttpStatusCode.NotFound } ? null : Require(result, request);
    }

    /// <returns>As stored, or <see langword="null"/> if there is one.</returns>
    internal Task<LeaseObject?> TryCreateAsync(LeaseSpec spec, CancellationToken cancellationToken)
    {
        LeaseObject lease = new() { Metadata = new JsonObject { ["name"] = name, ["namespace"] = @namespace }, Spec = spec };
        return WriteAsync(new ApiRequest(HttpMethod.Post, CollectionPath + Query, TargetOf("create", name: null)), lease, cancellationToken);
    }

    /// <returns>As stored, or <see langword="null"/> if it is not as it was read.</returns>
    internal Task<LeaseObject?> TryUpdateAsync(LeaseObject lease, CancellationToken cancellationToken) =>
        WriteAsync(new ApiRequest(HttpMethod.Put, $"{CollectionPath}/{name}{Query}", TargetOf("update", name)), lease, cancellationToken);

    /// <inheritdoc cref="KubernetesClient.StartGrace"/>
    internal CancellationTokenSource StartGrace() => client.StartGrace();

    private async Task<LeaseObject?> WriteAsync(ApiRequest request, LeaseObject lease, CancellationToken cancellationToken)
    {
        ApiRequest whole = request with { IsLast = IsLast, Body = JsonSerializer.SerializeToUtf8Bytes(lease, KubernetesJson.Default.LeaseObject) };
        ApiResult<LeaseObject> result = await client.SendAsync(whole, KubernetesJson.Default.LeaseObject, cancellationToken).ConfigureAwait(false);
        bool gone = request.Method == HttpMethod.Put && result.Failure?.StatusCode == HttpStatusCode.NotFound;
        return gone || result.Failure?.StatusCode == HttpStatusCode.Conflict ? null : Require(result, request);
    }

    private LeaseObject Require(ApiResult<LeaseObject> result, ApiRequest request) =>
        result.Value ?? throw KubernetesErrors.From(result.Failure!, request, $"the lease {name} in namespace {@namespace}");

    private ApiTarget TargetOf(string verb, string? name) => new(verb, Group, "leases", @namespace, name);
}
