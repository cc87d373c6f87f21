using System.Text.Json.Serialization;

namespace MeshSecrets.Stores.Kubernetes.Api;

/// <summary>An object's metadata (<c>ObjectMeta</c>), as far as it is needed here.</summary>
internal sealed class ObjectMeta
{
    public string? Name { get; set; }

    public string? Namespace { get; set; }

    public string? Uid { get; set; }

    public string? ResourceVersion { get; set; }

    public long? Generation { get; set; }

    public DateTimeOffset? CreationTimestamp { get; set; }

    public DateTimeOffset? DeletionTimestamp { get; set; }

    public List<string>? Finalizers { get; set; }

    public Dictionary<string, string>? Labels { get; set; }

    public Dictionary<string, string>? Annotations { get; set; }

    public List<ManagedFields>? ManagedFields { get; set; }
}

/// <summary>Which fields of an object one manager has set, and when it last did.</summary>
internal sealed class ManagedFields
{
    internal const string ApplyOperation = "Apply";

    public string? Manager { get; set; }

    public string? Operation { get; set; }

    public DateTimeOffset? Time { get; set; }

    [JsonPropertyName("fieldsV1")]
    public OwnedFields? Fields { get; set; }

    [JsonIgnore]
    internal bool IsApply => Operation == ApplyOperation;
}

/// <summary>A list's metadata (<c>ListMeta</c>).</summary>
internal sealed class ListMeta
{
    public string? ResourceVersion { get; set; }

    public string? Continue { get; set; }
}
