namespace MeshSecrets.Stores.Kubernetes.Api;

/// <summary>One request to the API server.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">Path and query, from the server's root.</param>
/// <param name="Target">What it is about, for messages.</param>
internal sealed record ApiRequest(HttpMethod Method, string Path, ApiTarget Target)
{
    internal const string Json = "application/json";
    internal const string ApplyPatch = "application/apply-patch+yaml"; // JSON is YAML, too.
    internal const string JsonPatch = "application/json-patch+json";
    internal const string MergePatch = "application/merge-patch+json";
    internal const string MetadataOnly = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json";

    // Lists and watches, without another form to fall back to: that would be the secrets with their values.
    internal const string MetadataList = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";
    internal const string TableOfMetadata = "application/json;as=Table;g=meta.k8s.io;v=v1";

    /// <summary>The body. It may hold secrets, so it is zeroed by the one who made it, and never shown.</summary>
    internal ReadOnlyMemory<byte> Body { get; init; }

    internal string ContentType { get; init; } = Json;

    internal string Accept { get; init; } = Json;

    /// <summary>Whether it fails at once where others are repeated until the server answers: the first contact.</summary>
    internal bool IsImpatient { get; init; }

    /// <summary>Whether it gives back what was held, and so has only what is left of the time of whoever stops.</summary>
    internal bool IsLast { get; init; }

    /// <summary>Method and path, without the query's token. Never a body or header.</summary>
    /// <returns>For example <c>PATCH /api/v1/namespaces/shop/secrets/web</c>.</returns>
    public override string ToString() => $"{Method} {Path.Split('?')[0]}";
}
