using MeshSecrets.Secrets;

namespace MeshSecrets.Watching;

/// <summary>What happened to a certificate in a store.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Id">The secret that holds it.</param>
/// <param name="Type">The secret's type.</param>
/// <param name="Thumbprint">SHA-256 of the certificate; of a removed one, of the last.</param>
/// <param name="FormerThumbprint">SHA-256 of the certificate before, of a rotated one.</param>
/// <param name="NotAfter">The last moment of the certificate; of a removed one, of the last.</param>
/// <param name="Time">When it was noticed (UTC).</param>
public sealed record CertificateEvent(
    CertificateEventKind Kind, SecretId Id, string Type, string? Thumbprint, string? FormerThumbprint, DateTimeOffset? NotAfter, DateTimeOffset Time);
