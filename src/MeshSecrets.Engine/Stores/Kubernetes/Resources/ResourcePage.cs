using System.Text.Json;

namespace MeshSecrets.Stores.Kubernetes.Resources;

/// <summary>A page of a list of resources.</summary>
/// <param name="Items">The resources.</param>
/// <param name="Continue">What asks for the next page, or <see langword="null"/> if this is the last.</param>
internal sealed record ResourcePage(IReadOnlyList<ResourceDocument> Items, string? Continue)
{
    internal static ResourcePage Read(JsonElement list, ApiResource resource) => new(
        [.. list.GetProperty("items").EnumerateArray().Select(item => ResourceJson.Read(item, resource))],
        list.TryGetProperty("metadata", out JsonElement metadata) && ResourceJson.TextOf(metadata, "continue") is { Length: > 0 } token ? token : null);
}
