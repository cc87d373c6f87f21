namespace MeshSecrets.Certificates.Revocation;

/// <summary>An entry of a revocation list.</summary>
/// <param name="SerialNumber">The certificate's serial number, written as <see cref="CertificateInfo.SerialNumber"/> is.</param>
/// <param name="RevokedAt">Since when it is revoked (UTC).</param>
/// <param name="Reason">Why.</param>
public sealed record RevokedCertificate(string SerialNumber, DateTimeOffset RevokedAt, RevocationReason Reason);
