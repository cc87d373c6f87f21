using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using MeshSecrets.Stores.Kubernetes.Api;
using MeshSecrets.Stores.Kubernetes.Resources;

namespace MeshSecrets.Stores.Kubernetes;

/// <content>Custom resources, config maps and the like, each as what it is.</content>
public sealed partial class KubernetesStore : IResourceStore
{
    /// <inheritdoc/>
    public async IAsyncEnumerable<ResourceDocument> ListResourcesAsync(
        IReadOnlyCollection<ResourceSelection> selections, string? @namespace, Action<MeshException>? denied, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<ResourceType, ApiResource> known = await _catalog.FindAsync(selections.Select(each => each.Type), cancellationToken).ConfigureAwait(false);
        foreach (ResourceSelection selection in selections)
        {
            if (!known.TryGetValue(selection.Type, out ApiResource? resource))
            {
                continue;
            }

            foreach (string? scope in ScopesOf(resource, @namespace))
            {
                // In no order that could be relied on: aggregated APIs have their own.
                HashSet<string> told = new(StringComparer.Ordinal);
                string? token = null;
                int expirations = 0;
                bool isExpired;
                do
                {
                    if (await ReadResourcesAsync(resource, selection, scope, token, denied, cancellationToken).ConfigureAwait(false) is not { } page)
                    {
                        break;
                    }

                    token = page.Continue;
                    int before = told.Count;
                    foreach (ResourceDocument document in page.Items.Where(item => told.Add(KeyOf(item))))
                    {
                        yield return document;
                    }

                    expirations = told.Count > before ? 0 : expirations + (page.IsExpired ? 1 : 0);
                    isExpired = page.IsExpired;
                    if (expirations > MaxExpirations)
                    {
                        throw KubernetesErrors.ListExpired(PlaceOf(resource, scope));
                    }
                }
                while (token is not null || isExpired);
            }
        }
    }

    /// <inheritdoc/>
    public async Task<ResourceDocument?> GetResourceAsync(ResourceType type, string? @namespace, string name, CancellationToken cancellationToken)
    {
        if (await FindKindAsync(type, cancellationToken).ConfigureAwait(false) is not { } resource)
        {
            return null;
        }

        string? scope = ScopeOf(resource, @namespace);
        ApiRequest request = new(HttpMethod.Get, resource.PathOf(scope, name), resource.TargetOf("get", scope, name));
        ApiResult<JsonDocument> result = await _client.SendAsync(request, KubernetesJson.Default.JsonDocument, cancellationToken).ConfigureAwait(false);
        return result switch
        {
            { Value: { } found } => Read(found, resource),
            { Failure.StatusCode: HttpStatusCode.NotFound } => null,
            _ => throw KubernetesErrors.From(result.Failure!, request, NameOf(resource, scope, name)),
        };
    }

    /// <inheritdoc/>
    public async Task<ResourceDocument> ApplyResourceAsync(ReadOnlyMemory<byte> json, bool createOnly, string? resourceVersion, CancellationToken cancellationToken)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        (ApiResource resource, string? scope, string name) = await IdentifyAsync(document.RootElement, cancellationToken).ConfigureAwait(false);
        string target = NameOf(resource, scope, name);

        // Created by a plain POST, it would keep what a later apply leaves out: the fields would belong to two managers.
        ResourceState? replaced = createOnly ? ResourceState.Absent : null;
        if (!createOnly && resourceVersion is not null)
        {
            // With the version alone, the server would create anew what was removed meanwhile.
            ResourceDocument? found = await GetResourceAsync(resource.Type, scope, name, cancellationToken).ConfigureAwait(false);
            replaced = found?.ResourceVersion == resourceVersion ? ResourceJson.StateOf(found) : throw ResourceErrors.Conflict(target);
        }

        ApiRequest request = new(HttpMethod.Patch, resource.PathOf(scope, name) + WriteQuery + (_options.ForceConflicts ? "&force=true" : ""), resource.TargetOf("patch", scope, name))
        {
            Body = ResourceJson.ToApply(document.RootElement, resource, scope, replaced),
            ContentType = ApiRequest.ApplyPatch,
        };
        ApiResult<JsonDocument> result = await _client.SendAsync(request, KubernetesJson.Default.JsonDocument, cancellationToken).ConfigureAwait(false);
        switch (result.Failure)
        {
            case null:
                return Read(result.Value!, resource);
            case { StatusCode: HttpStatusCode.Conflict } when replaced is not null && result.IsUncertain:
                return await FindAppliedAsync(json, resource, scope, name, cancellationToken).ConfigureAwait(false)
                    ?? throw (createOnly ? ResourceErrors.Exists(target) : ResourceErrors.Conflict(target));
            case { StatusCode: HttpStatusCode.Conflict } when createOnly:
                throw ResourceErrors.Exists(target);
            case { StatusCode: HttpStatusCode.Conflict } conflict:
                throw FieldConflicts.Read(conflict) is { Count: > 0 } owned ? KubernetesErrors.OwnedByOthers(target, owned) : ResourceErrors.Conflict(target);
            default:
                throw KubernetesErrors.From(result.Failure, request, target);
        }
    }

    /// <inheritdoc/>
    public async Task DeleteResourceAsync(ResourceType type, string? @namespace, string name, string? resourceVersion, CancellationToken cancellationToken)
    {
        if (await FindKindAsync(type, cancellationToken).ConfigureAwait(false) is not { } resource)
        {
            throw ResourceErrors.NotFound($"{type.Kind} {name}");
        }

        string? scope = ScopeOf(resource, @namespace);
        string target = NameOf(resource, scope, name);
        ResourceDocument found = await GetResourceAsync(type, @namespace, name, cancellationToken).ConfigureAwait(false) ?? throw ResourceErrors.NotFound(target);
        string? uid = ResourceJson.StateOf(found).Uid;
        DeleteOptions options = new() { Preconditions = new DeletePreconditions { Uid = uid, ResourceVersion = resourceVersion }, DryRun = DryRunOption };
        ApiRequest request = new(HttpMethod.Delete, resource.PathOf(scope, name), resource.TargetOf("delete", scope, name))
        {
            Body = JsonSerializer.SerializeToUtf8Bytes(options, KubernetesJson.Default.DeleteOptions),
        };
        ApiResult<JsonDocument> result = await _client.SendAsync(request, KubernetesJson.Default.JsonDocument, cancellationToken).ConfigureAwait(false);
        using JsonDocument? answer = result.Value;
        switch (result.Failure)
        {
            case null:
            case { StatusCode: HttpStatusCode.NotFound } when result.IsUncertain:
                return;
            case { StatusCode: HttpStatusCode.NotFound }:
                throw ResourceErrors.NotFound(target);
            case { StatusCode: HttpStatusCode.Conflict } when result.IsUncertain && await IsGoneAsync(type, @namespace, name, uid, cancellationToken).ConfigureAwait(false):
                return; // By the request whose answer was lost; what has the name now is another's.
            case { StatusCode: HttpStatusCode.Conflict }:
                throw ResourceErrors.Conflict(target);
            default:
                throw KubernetesErrors.From(result.Failure, request, target);
        }
    }

    private async Task<bool> IsGoneAsync(ResourceType type, string? @namespace, string name, string? uid, CancellationToken cancellationToken) =>
        await GetResourceAsync(type, @namespace, name, cancellationToken).ConfigureAwait(false) is not { } found || ResourceJson.StateOf(found).Uid != uid;

    /// <summary>The resource as it is, if to apply it once more would change nothing: then an answer was lost, and no write.</summary>
    private async Task<ResourceDocument?> FindAppliedAsync(ReadOnlyMemory<byte> json, ApiResource resource, string? scope, string name, CancellationToken cancellationToken)
    {
        if (await GetResourceAsync(resource.Type, scope, name, cancellationToken).ConfigureAwait(false) is not { } found)
        {
            return null;
        }

        ResourceDocument trial = await ((IResourceStore)DryRun).ApplyResourceAsync(json, createOnly: false, resourceVersion: null, cancellationToken).ConfigureAwait(false);
        return trial.Json.Span.SequenceEqual(found.Json.Span) ? found : null;
    }

    /// <summary>A page; none if it may not be read, or the kind went meanwhile. One that the server has forgotten goes on elsewhere.</summary>
    private async Task<ResourcePage?> ReadResourcesAsync(
        ApiResource resource, ResourceSelection selection, string? scope, string? token, Action<MeshException>? denied, CancellationToken cancellationToken)
    {
        string query = (selection.Name is { } name ? $"&fieldSelector={Uri.EscapeDataString($"metadata.name={name}")}" : "")
            + (selection.Label is { } label ? $"&labelSelector={Uri.EscapeDataString(label)}" : "");
        ApiRequest request = new(HttpMethod.Get, $"{resource.PathOf(scope)}?limit={PageSize}{query}{(token is null ? "" : $"&continue={Uri.EscapeDataString(token)}")}", resource.TargetOf("list", scope));
        ApiResult<JsonDocument> result = await _client.SendAsync(request, KubernetesJson.Default.JsonDocument, cancellationToken).ConfigureAwait(false);
        switch (result.Failure)
        {
            case null:
                using (result.Value)
                {
                    return ResourcePage.Read(result.Value!.RootElement, resource);
                }

            case { StatusCode: HttpStatusCode.Gone } when token is not null:
                return ResourcePage.Expired(result.Failure);
            case { StatusCode: HttpStatusCode.NotFound }:
                _catalog.Forget(resource.Type);
                return null;
            default:
                MeshException error = KubernetesErrors.From(result.Failure, request, PlaceOf(resource, scope));
                if (denied is null || error.Kind != MeshErrorKind.PermissionDenied)
                {
                    throw error;
                }

                denied(error);
                return null;
        }
    }

    private async Task<(ApiResource Resource, string? Scope, string Name)> IdentifyAsync(JsonElement item, CancellationToken cancellationToken)
    {
        string apiVersion = ResourceJson.TextOf(item, "apiVersion") ?? throw ResourceErrors.Invalid("apiVersion");
        string kind = ResourceJson.TextOf(item, "kind") ?? throw ResourceErrors.Invalid("kind");
        JsonElement metadata = item.TryGetProperty("metadata", out JsonElement found) ? found : throw ResourceErrors.Invalid("metadata");
        string name = ResourceJson.TextOf(metadata, "name") ?? throw ResourceErrors.Invalid("metadata.name");
        int slash = apiVersion.IndexOf('/', StringComparison.Ordinal);
        ResourceType type = new(slash < 0 ? "" : apiVersion[..slash], kind);
        if (await _catalog.FindAsync(type, apiVersion[(slash + 1)..], cancellationToken).ConfigureAwait(false) is not { } resource)
        {
            ApiResource? other = await FindKindAsync(type, cancellationToken).ConfigureAwait(false);
            throw ResourceErrors.KindMissing(type, apiVersion, other is null ? [] : [other.ApiVersion]);
        }

        return (resource, ScopeOf(resource, ResourceJson.TextOf(metadata, "namespace")), name);
    }

    private async Task<ApiResource?> FindKindAsync(ResourceType type, CancellationToken cancellationToken) =>
        (await _catalog.FindAsync([type], cancellationToken).ConfigureAwait(false)).GetValueOrDefault(type);

    private string? ScopeOf(ApiResource resource, string? @namespace) => resource.IsNamespaced ? @namespace ?? UsualNamespace : null;

    private IEnumerable<string?> ScopesOf(ApiResource resource, string? @namespace) =>
        !resource.IsNamespaced ? (@namespace is null ? s_all : [])
        : @namespace is not null ? [@namespace]
        : _options.Namespaces.IsDefaultOrEmpty ? s_all
        : _options.Namespaces;

    private static ResourceDocument Read(JsonDocument found, ApiResource resource)
    {
        using (found)
        {
            return ResourceJson.Read(found.RootElement, resource);
        }
    }

    private static string PlaceOf(ApiResource resource, string? scope) => $"the {resource.Plural}{(scope is null ? "" : $" of namespace {scope}")}";

    private static string NameOf(ApiResource resource, string? scope, string name) => $"{resource.Type.Kind} {(scope is null ? "" : $"{scope}/")}{name}";

    private static string KeyOf(ResourceDocument document) => $"{document.Namespace}/{document.Name}";
}
