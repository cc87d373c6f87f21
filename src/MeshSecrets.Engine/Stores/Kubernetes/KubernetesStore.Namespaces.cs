using System.Net;
using MeshSecrets.Stores.Kubernetes.Api;

namespace MeshSecrets.Stores.Kubernetes;

/// <content>Namespaces.</content>
public sealed partial class KubernetesStore
{
    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> ListNamespacesAsync(CancellationToken cancellationToken)
    {
        if (!_options.Namespaces.IsDefaultOrEmpty)
        {
            return _options.Namespaces;
        }

        ApiRequest request = new(HttpMethod.Get, "/api/v1/namespaces", new ApiTarget("list", Group: "", "namespaces", Namespace: null, Name: null))
        {
            Accept = ApiRequest.MetadataList,
            IsImpatient = true,
        };
        ApiResult<MetadataPage> result = await _client.SendAsync(request, KubernetesJson.Default.MetadataPage, cancellationToken).ConfigureAwait(false);
        return result.Value is { } page
            ? [.. (page.Items ?? []).Select(item => item.Metadata.Name).OfType<string>()]
            : throw KubernetesErrors.From(result.Failure!, request, "the namespaces");
    }

    /// <summary>Makes sure that a namespace is there, as far as that may be known.</summary>
    /// <exception cref="MeshException"><c>NamespaceNotFound</c>.</exception>
    private async Task EnsureNamespaceAsync(string name, CancellationToken cancellationToken)
    {
        ApiRequest request = new(HttpMethod.Get, $"/api/v1/namespaces/{Uri.EscapeDataString(name)}", new ApiTarget("get", Group: "", "namespaces", Namespace: null, name)) { Accept = ApiRequest.MetadataOnly };
        ApiResult<MetadataObject> result = await _client.SendAsync(request, KubernetesJson.Default.MetadataObject, cancellationToken).ConfigureAwait(false);
        switch (result.Failure?.StatusCode)
        {
            case null or HttpStatusCode.Forbidden: // Who may list secrets need not see namespaces.
                return;
            case HttpStatusCode.NotFound:
                throw KubernetesErrors.NamespaceNotFound(name, name);
            default:
                throw KubernetesErrors.From(result.Failure, request, $"namespace {name}");
        }
    }
}
