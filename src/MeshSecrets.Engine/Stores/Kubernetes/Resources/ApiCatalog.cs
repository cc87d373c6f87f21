using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using System.Text.Json.Serialization.Metadata;
using MeshSecrets.Stores.Kubernetes.Api;

namespace MeshSecrets.Stores.Kubernetes.Resources;

/// <summary>
/// What kinds a server has, and under which addresses. What was found stays known; what is missing is asked for anew each
/// time, since definitions are installed while we run.
/// </summary>
/// <param name="client">Asks.</param>
internal sealed class ApiCatalog(KubernetesClient client)
{
    private const string CoreVersion = "v1";

    private readonly ConcurrentDictionary<ResourceType, ApiResource> _preferred = [];

    /// <summary>The address of a version of a group.</summary>
    internal static string PathOf(string group, string version) => group.Length == 0 ? $"/api/{version}" : $"/apis/{group}/{version}";

    /// <summary>Those of some kinds that the server has, each in the version of its group that the server prefers and that has it.</summary>
    internal async Task<IReadOnlyDictionary<ResourceType, ApiResource>> FindAsync(IEnumerable<ResourceType> types, CancellationToken cancellationToken)
    {
        ResourceType[] wanted = [.. types.Distinct()];
        ILookup<string, ResourceType> missing = wanted.Where(type => !_preferred.ContainsKey(type)).ToLookup(type => type.Group);
        if (missing.Count > 0)
        {
            IReadOnlyDictionary<string, ImmutableArray<string>> versions = await ReadVersionsAsync(cancellationToken).ConfigureAwait(false);
            foreach (IGrouping<string, ResourceType> group in missing)
            {
                await FindAsync([.. group], versions.GetValueOrDefault(group.Key, []), cancellationToken).ConfigureAwait(false);
            }
        }

        return wanted.Where(_preferred.ContainsKey).ToDictionary(type => type, type => _preferred[type]);
    }

    /// <summary>A kind in one version of its group, or <see langword="null"/> if the server has it not.</summary>
    internal async Task<ApiResource?> FindAsync(ResourceType type, string version, CancellationToken cancellationToken)
    {
        if (_preferred.TryGetValue(type, out ApiResource? known) && known.Version == version)
        {
            return known;
        }

        return (await ReadResourcesAsync(type.Group, version, cancellationToken).ConfigureAwait(false)).FirstOrDefault(resource => resource.Type == type);
    }

    /// <summary>Forgets a kind that the server turned out to have no longer.</summary>
    internal void Forget(ResourceType type) => _preferred.TryRemove(type, out _);

    private async Task FindAsync(List<ResourceType> missing, ImmutableArray<string> versions, CancellationToken cancellationToken)
    {
        foreach (string version in versions)
        {
            foreach (ApiResource resource in await ReadResourcesAsync(missing[0].Group, version, cancellationToken).ConfigureAwait(false))
            {
                if (missing.Remove(resource.Type))
                {
                    _preferred[resource.Type] = resource;
                }
            }

            if (missing.Count == 0)
            {
                return;
            }
        }
    }

    /// <summary>The versions of each group, the preferred one first.</summary>
    private async Task<IReadOnlyDictionary<string, ImmutableArray<string>>> ReadVersionsAsync(CancellationToken cancellationToken)
    {
        ApiGroupList? list = await ReadAsync("/apis", KubernetesJson.Default.ApiGroupList, cancellationToken).ConfigureAwait(false);
        Dictionary<string, ImmutableArray<string>> versions = new(StringComparer.Ordinal) { [""] = [CoreVersion] };
        foreach (ApiGroup group in list?.Groups ?? [])
        {
            IEnumerable<string> all = group.Versions.Select(version => version.Version);
            versions[group.Name] = [.. group.PreferredVersion is { } preferred ? all.Prepend(preferred.Version).Distinct() : all];
        }

        return versions;
    }

    private async Task<IReadOnlyList<ApiResource>> ReadResourcesAsync(string group, string version, CancellationToken cancellationToken)
    {
        ApiResourceList? list = await ReadAsync(PathOf(group, version), KubernetesJson.Default.ApiResourceList, cancellationToken).ConfigureAwait(false);
        return
        [
            .. (list?.Resources ?? [])
                .Where(resource => !resource.Name.Contains('/', StringComparison.Ordinal)) // Not the parts, as their status.
                .Select(resource => new ApiResource(new ResourceType(group, resource.Kind), version, resource.Name, resource.Namespaced)),
        ];
    }

    private async Task<T?> ReadAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        ApiRequest request = new(HttpMethod.Get, path, new ApiTarget("get", "", path, Namespace: null, Name: null));
        ApiResult<T> result = await client.SendAsync(request, type, cancellationToken).ConfigureAwait(false);
        return result switch
        {
            { Value: { } found } => found,
            { Failure.StatusCode: HttpStatusCode.NotFound } => null,
            _ => throw KubernetesErrors.From(result.Failure!, request, path),
        };
    }
}
