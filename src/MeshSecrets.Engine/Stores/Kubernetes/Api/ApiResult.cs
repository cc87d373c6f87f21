namespace MeshSecrets.Stores.Kubernetes.Api;

/// <summary>What became of a request: the answer, or the failure that the server tells.</summary>
/// <typeparam name="T">The answer's type.</typeparam>
/// <param name="Value">The answer, or <see langword="null"/>.</param>
/// <param name="Failure">The failure, or <see langword="null"/>.</param>
/// <param name="IsUncertain">Whether an earlier try was cut off after it may have had its effect, so that a failure such as "exists already" may be its own doing.</param>
internal readonly record struct ApiResult<T>(T? Value, ApiStatus? Failure, bool IsUncertain = false)
    where T : class;
