using System.Collections.Immutable;
using MeshSecrets.Certificates.Profiles;

namespace MeshSecrets.Certificates.Verification;

/// <summary>Finds and verifies the path from a certificate to a trust anchor (RFC 5280 §6.1).</summary>
/// <remarks>
/// All paths are tried, not only the first that names allow: during a rotation two roots carry one name, and often one
/// serial number, and only the signature tells which of them issued a certificate. Key identifiers decide the order of the
/// search, never its outcome, since they are hints (RFC 5280 §4.2.1.1).
/// </remarks>
public static class ChainBuilder
{
    private const int MaxLength = 10;

    /// <summary>How many signatures are verified before the search gives up: authorities that all signed each other have more paths than anyone has time.</summary>
    private const int MaxSignatures = 500;

    /// <summary>The critical extensions that a path is judged by or that cannot make it worse; any other unknown one refuses it.</summary>
    private static readonly ImmutableHashSet<string> s_understood =
    [
        Oids.BasicConstraints, Oids.KeyUsage, Oids.ExtendedKeyUsage, Oids.SubjectAltName,
        Oids.SubjectKeyIdentifier, Oids.AuthorityKeyIdentifier, Oids.CertificatePolicies,
    ];

    /// <summary>Whether a critical extension is understood here.</summary>
    internal static bool Understands(string oid) => s_understood.Contains(oid) || oid == Oids.NameConstraints;

    /// <summary>Finds a valid path.</summary>
    /// <param name="certificate">The certificate to verify.</param>
    /// <param name="intermediates">Certificates that may lie between, in any order; they are not trusted.</param>
    /// <param name="anchors">The trusted certificates; each ends a path, root or not.</param>
    /// <param name="time">The moment for which the path must be valid.</param>
    /// <returns>The path, or the reasons why there is none.</returns>
    public static ChainResult Build(
        CertificateInfo certificate,
        IReadOnlyCollection<CertificateInfo> intermediates,
        IReadOnlyCollection<CertificateInfo> anchors,
        DateTimeOffset time)
    {
        Search search = new(intermediates, anchors, time);
        ImmutableArray<CertificateInfo> path = search.From([certificate]);
        return new ChainResult(path, path.IsDefault ? [.. search.Failures] : []);
    }

    private sealed class Search(IReadOnlyCollection<CertificateInfo> intermediates, IReadOnlyCollection<CertificateInfo> anchors, DateTimeOffset time)
    {
        private readonly ImmutableArray<CertificateInfo> _authorities = [.. anchors.Concat(intermediates).DistinctBy(authority => authority.Thumbprint)];
        private int _signatures;

        internal List<ChainFailure> Failures { get; } = [];

        internal ImmutableArray<CertificateInfo> From(ImmutableArray<CertificateInfo> path)
        {
            CertificateInfo last = path[^1];
            if (CheckSelf(last, path) is { } failure)
            {
                Failures.Add(failure);
                return default;
            }

            if (anchors.Any(anchor => IsSame(anchor, last)))
            {
                return path;
            }

            if (path.Length == MaxLength)
            {
                Failures.Add(new ChainFailure("ChainTooLong", last, $"The chain is longer than {MaxLength} certificates."));
                return default;
            }

            bool any = false;
            foreach (CertificateInfo issuer in Candidates(last).Where(candidate => !IsOnPath(path, candidate)))
            {
                any = true;
                if (CheckIssuer(last, issuer, path) is { } refused)
                {
                    Failures.Add(refused);
                }
                else if (From(path.Add(issuer)) is { IsDefault: false } found)
                {
                    return found;
                }
            }

            if (!any)
            {
                Failures.Add(new ChainFailure("IssuerNotFound", last, $"No certificate of the issuer '{last.Issuer}' is among the authorities given."));
            }

            return default;
        }

        private IEnumerable<CertificateInfo> Candidates(CertificateInfo certificate) =>
            _authorities
                .Where(candidate => candidate.Subject.Equals(certificate.Issuer))
                .OrderByDescending(candidate => IdentifiersAgree(certificate, candidate));

        /// <summary>An authority counts as met if its name and key are, in whichever certificate (RFC 4158 §2.4.2).</summary>
        private static bool IsOnPath(ImmutableArray<CertificateInfo> path, CertificateInfo candidate) =>
            IsSame(path[0], candidate)
            || path.Skip(1).Any(member => member.Subject.Equals(candidate.Subject) && member.SubjectPublicKeyInfo.Span.SequenceEqual(candidate.SubjectPublicKeyInfo.Span));

        private static bool IsSame(CertificateInfo left, CertificateInfo right) => left.Encoded.Span.SequenceEqual(right.Encoded.Span);

        private static bool IdentifiersAgree(CertificateInfo certificate, CertificateInfo issuer) =>
            !certificate.AuthorityKeyIdentifier.IsEmpty && certificate.AuthorityKeyIdentifier.Span.SequenceEqual(issuer.SubjectKeyIdentifier.Span);

        private ChainFailure? CheckSelf(CertificateInfo certificate, ImmutableArray<CertificateInfo> path)
        {
            if (time < certificate.NotBefore)
            {
                return new ChainFailure("CertificateNotYetValid", certificate, $"It is valid only from {certificate.NotBefore:u}.");
            }

            if (time > certificate.NotAfter)
            {
                return new ChainFailure("CertificateExpired", certificate, $"It expired at {certificate.NotAfter:u}.");
            }

            CertificateExtension? unknown = certificate.Extensions.FirstOrDefault(extension => extension.IsCritical && !Understands(extension.Oid));
            if (unknown is not null)
            {
                return new ChainFailure("CriticalExtensionUnknown", certificate, $"It has the critical extension {unknown.Oid}, which is not known here.");
            }

            return path.Length > 1 && certificate.FindExtension(Oids.NameConstraints) is { } constraints && !NameConstraints.Permit(constraints, path[0])
                ? new ChainFailure("NameConstraintViolated", certificate, $"Its name constraints do not allow the names of {path[0]}.")
                : null;
        }

        private ChainFailure? CheckIssuer(CertificateInfo certificate, CertificateInfo issuer, ImmutableArray<CertificateInfo> path)
        {
            if (!issuer.IsCa)
            {
                return new ChainFailure("IssuerNotCa", issuer, "It is no authority: basicConstraints do not say CA.");
            }

            if (issuer.KeyUsages is { } usages && (usages & KeyUsages.KeyCertSign) == 0)
            {
                return new ChainFailure("IssuerMayNotSign", issuer, "Its key usages lack keyCertSign.");
            }

            // Self-issued certificates do not count towards the path length, nor does the leaf (RFC 5280 §4.2.1.9).
            int below = path.Skip(1).Count(member => !member.IsSelfIssued);
            if (issuer.PathLength is { } limit && below > limit)
            {
                return new ChainFailure("PathLengthExceeded", issuer, $"Its path length constraint is {limit}, and {below} authorities lie below it.");
            }

            return CheckSignature(certificate, issuer);
        }

        private ChainFailure? CheckSignature(CertificateInfo certificate, CertificateInfo issuer)
        {
            if (++_signatures > MaxSignatures)
            {
                return new ChainFailure("ChainSearchTooLong", certificate, $"No path was found with {MaxSignatures} signatures verified; too many authorities signed each other.");
            }

            try
            {
                return SignatureVerifier.IsSignedBy(certificate, issuer)
                    ? null
                    : new ChainFailure("SignatureInvalid", certificate, $"It is not signed by the key of {issuer}, though the names agree.");
            }
            catch (MeshException e) when (e.ErrorId == CertificateErrors.SignatureAlgorithmUnsupportedId)
            {
                return new ChainFailure(e.ErrorId, certificate, e.Message); // Another path may do without it.
            }
        }
    }
}
