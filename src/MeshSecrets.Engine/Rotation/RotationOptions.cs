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
}
