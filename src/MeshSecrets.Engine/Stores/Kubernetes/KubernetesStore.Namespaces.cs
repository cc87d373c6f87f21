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
}
