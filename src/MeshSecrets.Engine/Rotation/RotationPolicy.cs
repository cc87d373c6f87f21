using System.Globalization;
using MeshSecrets.Certificates;
using MeshSecrets.Secrets;

namespace MeshSecrets.Rotation;

/// <summary>When a certificate is due to be renewed.</summary>
public sealed record RotationPolicy
{
    /// <summary>The share of its life after which a certificate is due: two thirds, as cert-manager has it.</summary>
    public const double UsualShareOfLife = 2.0 / 3.0;

    private static readonly Func<RotationPolicy, CertificateSummary, DateTimeOffset, RotationReason?>[] s_checks =
    [
        Expired,
        EndIsNear,
        ShareIsUsed,
        AllAreDue,
    ];

    /// <summary>The share of its life, over 0 and up to 1, after which a certificate is due. Not used if <see cref="Before"/> is set.</summary>
    public double ShareOfLife { get; init; } = UsualShareOfLife;

    /// <summary>The time before its end from which on a certificate is due, in place of a share.</summary>
    public TimeSpan? Before { get; init; }

    /// <summary>Whether all are due, whatever their age.</summary>
    public bool All { get; init; }

    /// <summary>Whether those are found, too, that are not due, but were renewed by a run that did not come to restart what uses them.</summary>
    public bool TakesRestarts { get; init; }

    /// <summary>When a certificate becomes due by the policy.</summary>
    /// <param name="certificate">The certificate.</param>
    /// <returns>The moment (UTC).</returns>
    public DateTimeOffset DueAt(CertificateSummary certificate) => Before is { } before
        ? certificate.NotAfter - before
        : certificate.NotBefore + ((certificate.NotAfter - certificate.NotBefore) * ShareOfLife);

    /// <summary>Judges a certificate by the checks, in order; the first that holds gives the reason.</summary>
    /// <param name="secret">The secret that holds it.</param>
    /// <param name="now">The present moment.</param>
    /// <returns>The reason, or <see langword="null"/> if it is not due.</returns>
    public RotationReason? Judge(SecretMetadata secret, DateTimeOffset now)
    {
        if (secret.Certificate is not { } certificate)
        {
            return null;
        }

        foreach (Func<RotationPolicy, CertificateSummary, DateTimeOffset, RotationReason?> check in s_checks)
        {
            if (check(this, certificate, now) is { } reason)
            {
                return reason;
            }
        }

        return TakesRestarts && secret.RestartDue is { } since
            ? new RotationReason(RotationReason.RestartDueId, $"was renewed at {since:u}, and what uses it was not restarted since")
            : null;
    }

    private static RotationReason? Expired(RotationPolicy policy, CertificateSummary certificate, DateTimeOffset now) =>
        now > certificate.NotAfter ? new RotationReason("Expired", $"expired at {certificate.NotAfter:u}") : null;

    private static RotationReason? EndIsNear(RotationPolicy policy, CertificateSummary certificate, DateTimeOffset now) =>
        policy.Before is { } before && now >= policy.DueAt(certificate)
            ? new RotationReason("EndIsNear", $"ends at {certificate.NotAfter:u}, within {Duration.Format(before)}")
            : null;

    private static RotationReason? ShareIsUsed(RotationPolicy policy, CertificateSummary certificate, DateTimeOffset now) =>
        policy.Before is null && now >= policy.DueAt(certificate)
            ? new RotationReason("ShareOfLifeUsed", string.Create(CultureInfo.InvariantCulture, $"{policy.ShareOfLife:P0} of its life is over; it ends at {certificate.NotAfter:u}"))
            : null;

    private static RotationReason? AllAreDue(RotationPolicy policy, CertificateSummary certificate, DateTimeOffset now) =>
        policy.All ? new RotationReason("Forced", $"asked for, though it is valid until {certificate.NotAfter:u}") : null;
}
