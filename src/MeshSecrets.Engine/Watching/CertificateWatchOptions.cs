using MeshSecrets.Rotation;
using MeshSecrets.Stores;

namespace MeshSecrets.Watching;

/// <summary>What a watch of certificates tells.</summary>
public sealed record CertificateWatchOptions
{
    /// <summary>When a certificate is told as expiring.</summary>
    public RotationPolicy Policy { get; init; } = new();

    /// <summary>Whether what is there already is told first. What is expiring already is told in any case.</summary>
    public bool IncludePresent { get; init; }

    /// <summary>As <see cref="SecretWatchOptions.OnBreak"/>.</summary>
    public Action<string>? OnBreak { get; init; }

    /// <summary>As <see cref="SecretWatchOptions.OnTrouble"/>.</summary>
    public Action<string>? OnTrouble { get; init; }
}
