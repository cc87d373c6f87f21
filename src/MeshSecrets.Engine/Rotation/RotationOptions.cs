using MeshSecrets.Issuers;

namespace MeshSecrets.Rotation;

/// <summary>How TLS keys are renewed.</summary>
public sealed record RotationOptions
{
    /// <summary>Whether the new certificate is for the old key.</summary>
    public bool ReuseKey { get; init; }

    /// <summary>An issuer in place of the recorded one; it is recorded from then on.</summary>
    public ICertificateIssuer? Issuer { get; init; }

    /// <summary>How many are renewed at once; <see langword="null"/> for as many as there are processors, or connections to the store.</summary>
    public int? MaxConcurrency { get; init; }

    /// <summary>Notes with each renewal that from then on what uses the key is to be restarted, so that the restart outlives this run; <see langword="null"/> notes nothing.</summary>
    public DateTimeOffset? RestartDue { get; init; }

    /// <summary>How long to wait for another runner that rotates in the same namespace, where the store knows of others.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Told once for each namespace in which another runner is waited for: which one, and since when it is there. Called from any thread.</summary>
    public Action<string>? OnWaiting { get; init; }
}
