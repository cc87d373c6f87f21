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
        || (StatusCode == HttpStatusCode.InternalServerError && (RetryAfter is not null || Reason == "ServerTimeout" || IsOfEtcd))
        || (StatusCode == HttpStatusCode.Forbidden && IsNotYetReady);

    /// <summary>Whether a part of the server that looks at writes has not read yet what it goes by.</summary>
    private bool IsNotYetReady => Message?.EndsWith("not yet ready to handle request", StringComparison.Ordinal) == true;

    /// <summary>Whether the database behind the server is changing its leader or its connection, which the server hands on as a failure of its own.</summary>
    private bool IsOfEtcd => Message is { } message
        && (message.Contains("etcdserver: leader changed", StringComparison.Ordinal)
            || message.Contains("etcdserver: no leader", StringComparison.Ordinal)
            || message.Contains("etcdserver: request timed out", StringComparison.Ordinal)
            || message.Contains("etcdserver: too many requests", StringComparison.Ordinal)
            || message.Contains("rpc error: code = Unavailable", StringComparison.Ordinal));

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
