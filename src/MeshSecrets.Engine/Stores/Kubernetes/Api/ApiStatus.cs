using System.Net;

namespace MeshSecrets.Stores.Kubernetes.Api;

/// <summary>What the API server says of a request that failed (<c>meta.k8s.io/v1 Status</c>).</summary>
internal sealed class ApiStatus
{
    public int Code { get; set; }

    public string? Reason { get; set; }

    public string? Message { get; set; }

    public ApiStatusDetails? Details { get; set; }

    public ListMeta? Metadata { get; set; }

    /// <summary>How long the server asks to wait, from the header or the details.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public TimeSpan? RetryAfter { get; set; }

    [System.Text.Json.Serialization.JsonIgnore]
    internal HttpStatusCode StatusCode => (HttpStatusCode)Code;

    /// <summary>Whether another try may well succeed.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    internal bool IsTransient => StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable or HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout
        || (StatusCode == HttpStatusCode.InternalServerError && RetryAfter is not null);

    /// <summary>Whether the request may have had its effect all the same.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    internal bool IsUncertain => Code >= 500;
}

/// <summary>Of which object, and which of its fields.</summary>
internal sealed class ApiStatusDetails
{
    public string? Name { get; set; }

    public string? Kind { get; set; }

    public string? Group { get; set; }

    public List<ApiStatusCause>? Causes { get; set; }

    public int? RetryAfterSeconds { get; set; }
}

/// <summary>What is wrong with one field.</summary>
internal sealed class ApiStatusCause
{
    public string? Reason { get; set; }

    public string? Message { get; set; }

    public string? Field { get; set; }
}
