using System.Collections.Immutable;

namespace MeshSecrets.Certificates;

/// <summary>The certificates that a mesh trusts, each once.</summary>
/// <param name="Certificates">In the order in which they were given.</param>
/// <param name="Expired">Those that were left out because they had expired.</param>
public sealed record TrustBundle(ImmutableArray<CertificateInfo> Certificates, ImmutableArray<CertificateInfo> Expired)
{
    /// <summary>Gathers certificates, drops repetitions (by SHA-256, never by name and serial number, which two roots may share) and expired ones.</summary>
    /// <param name="certificates">The certificates.</param>
    /// <param name="time">The moment by which one has expired.</param>
    /// <returns>The bundle.</returns>
    public static TrustBundle Create(IEnumerable<CertificateInfo> certificates, DateTimeOffset time)
    {
        ILookup<bool, CertificateInfo> parts = certificates.DistinctBy(certificate => certificate.Thumbprint).ToLookup(certificate => certificate.NotAfter < time);
        return new TrustBundle([.. parts[false]], [.. parts[true]]);
    }
}
