using System.Text.Json;
using MeshSecrets.Stores.Kubernetes.Api;

namespace MeshSecrets.Stores.Kubernetes.Resources;

/// <summary>A page of a list of resources.</summary>
/// <param name="Items">The resources.</param>
/// <param name="Continue">What asks for the next page; <see langword="null"/> if this is the last, or nothing but a new beginning helps.</param>
/// <param name="IsExpired">Whether there is no page, since the server has forgotten the list.</param>
internal sealed record ResourcePage(IReadOnlyList<ResourceDocument> Items, string? Continue, bool IsExpired = false)
{
    /// <summary>The page that the server has forgotten.</summary>
    /// <param name="failure">What it says: most often with a token to go on with, of a later moment than the pages before.</param>
    internal static ResourcePage Expired(ApiStatus failure) => new([], failure.Metadata?.Continue is { Length: > 0 } token ? token : null, IsExpired: true);

    internal static ResourcePage Read(JsonElement list, ApiResource resource) => new(
        [.. list.GetProperty("items").EnumerateArray().Select(item => ResourceJson.Read(item, resource))],
        list.TryGetProperty("metadata", out JsonElement metadata) && ResourceJson.TextOf(metadata, "continue") is { Length: > 0 } token ? token : null);
}
