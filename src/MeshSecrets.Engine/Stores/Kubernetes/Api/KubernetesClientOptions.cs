namespace MeshSecrets.Stores.Kubernetes.Api;

/// <summary>How requests are sent.</summary>
internal sealed record KubernetesClientOptions
{
    /// <summary>The time for one try, answer included.</summary>
    internal TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a request is repeated while the server cannot be reached, restarts, or asks for patience.</summary>
    internal TimeSpan RetryFor { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The clock.</summary>
    internal TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Told of each try: method, path, outcome and time, never a header or body.</summary>
    internal Action<string>? OnRequest { get; init; }

    /// <summary>Turns a failure below HTTP into an error that says what to do about it.</summary>
    internal Func<Exception, MeshException?> Explain { get; init; } = _ => null;
}
