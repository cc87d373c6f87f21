using System.Collections.Immutable;
using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Profiles;
using MeshSecrets.Certificates.Verification;
using MeshSecrets.Meshes.Rules;
using static MeshSecrets.Meshes.Standards.SubjectCertificates;

namespace MeshSecrets.Meshes.Standards;

/// <summary>Rules about how the certificates of a chain fit together.</summary>
internal static class ChainRules
{
    internal static MeshRule Order { get; } = new(
        "X509ChainOrder",
        RuleSeverity.Error,
        "Envoy takes the first certificate for the leaf and refuses its key; peers that do not sort find no chain.",
        "Put the leaf first, then each one's issuer: Export-MeshTlsKey writes it so.",
        "RFC 5246 section 7.4.2; RFC 8446 section 4.4.2",
        subject => Pairs(subject.Chain).FirstOrDefault(pair => !Names(pair.Upper, pair.Lower) && IsSignedBy(pair.Lower, pair.Upper) != true) is { Upper: { } upper, Lower: { } lower }
            ? $"{upper} follows {lower}, but did not issue it{(Names(lower, upper) ? "; the two are in reverse order" : "")}" : null);

    internal static MeshRule Signature { get; } = new(
        "X509ChainSignature",
        RuleSeverity.Error,
        "The names agree and the signature is another key's: every peer refuses the chain. So it looks when an authority was made anew under its old name.",
        "Take the issuer's certificate that was there when it was issued, or have it issued anew.",
        "RFC 5280 section 6.1.3 (a)(1)",
        EachWithIssuer((certificate, issuer) => IsSignedBy(certificate, issuer) == false ? $"is not signed by the key of {issuer}, though the names agree" : null));

    internal static MeshRule Verifies { get; } = new(
        "X509ChainVerifies",
        RuleSeverity.Error,
        "Whoever trusts what came with it refuses it.",
        "Put the authorities between with the certificate, and the root that issued them to what is trusted.",
        "RFC 5280 section 6.1",
        FindWhyNotVerified);

    internal static MeshRule RootInChain { get; } = new(
        "X509RootInChain",
        RuleSeverity.Advice,
        "Works. A root in the chain is sent with each handshake and never used, for peers trust only their own copy.",
        "Leave the root out of the chain; keep it in what is trusted (ca.crt, root-cert.pem).",
        "RFC 8446 section 4.4.2",
        subject => subject.Certificate is { IsCa: false } // An authority's own chain is what some meshes trust by (Kuma, Istio); their rules know better.
            ? Named(subject.Chain.Skip(1), certificate => certificate.IsSelfIssued && certificate.IsCa ? "is a root within the chain" : null)
            : []);

    internal static MeshRule Duplicate { get; } = new(
        "X509ChainDuplicate",
        RuleSeverity.Warning,
        "Older TLS software refuses a chain in which a certificate stands twice, and all send it for nothing.",
        "Write the chain anew with each certificate once.",
        "RFC 8446 section 4.4.2",
        subject => subject.Chain.GroupBy(certificate => certificate.Thumbprint).FirstOrDefault(same => same.Skip(1).Any()) is { } twice ? $"{twice.First()} stands in the chain {twice.Count()} times" : null);

    internal static MeshRule AuthorityOutlivesIssuer { get; } = new(
        "X509AuthorityOutlivesIssuer",
        RuleSeverity.Warning,
        "From the end of its issuer on the chain is refused, though this certificate still looks valid; what it issues by its own end is refused too.",
        "Issue the authority anew with a life that ends with its issuer's (New-MeshCa shortens it), and renew the issuer in time.",
        "RFC 5280 section 6.1.3 (a)(2)",
        EachWithIssuer((certificate, issuer) => certificate.IsCa && certificate.NotAfter > issuer.NotAfter ? $"ends at {certificate.NotAfter:u}, after its issuer {issuer} at {issuer.NotAfter:u}" : null));

    internal static MeshRule LeafOutlivesIssuer { get; } = new(
        "X509LeafOutlivesIssuer",
        RuleSeverity.Warning,
        "From the end of its issuer on it is refused, though by its own dates it is valid and nothing renews it.",
        "Issue it anew within the life of its authority; New-MeshTlsKey never goes beyond.",
        "RFC 5280 section 6.1.3 (a)(2)",
        EachWithIssuer((certificate, issuer) => !certificate.IsCa && certificate.NotAfter > issuer.NotAfter ? $"ends at {certificate.NotAfter:u}, after its issuer {issuer} at {issuer.NotAfter:u}" : null));

    internal static MeshRule PathLength { get; } = new(
        "X509PathLengthExceeded",
        RuleSeverity.Error,
        "Every peer refuses the chain (Go: too many intermediates for path length constraint).",
        "Make the upper authority anew with a longer path length (New-MeshCa -PathLength), or issue from it without authorities between.",
        "RFC 5280 section 4.2.1.9",
        FindTooLongPaths);

    internal static MeshRule NameConstraint { get; } = new(
        "X509NameConstraint",
        RuleSeverity.Error,
        "Peers refuse a name that an authority of the chain must not certify.",
        "Issue it from an authority whose name constraints allow its names, or issue it for other names.",
        "RFC 5280 section 4.2.1.10",
        subject => subject.Certificate is { } first
            ? Named(subject.Chain.Skip(1).Concat(subject.Roots.Where(root => IsAbove(subject, root))), authority => authority.FindExtension(Oids.NameConstraints) is { } constraints && !NameConstraints.Permit(constraints, first)
                ? $"has name constraints that do not allow the names of {first}" : null)
            : []);

    internal static MeshRule ExtendedKeyUsage { get; } = new(
        "X509AuthorityExtendedKeyUsage",
        RuleSeverity.Error,
        "Go and OpenSSL take the extended key usages of an authority for a limit of what it issues: mTLS fails for a use that is left out, with no more in the log than 'incompatible key usage'.",
        "Make the authority anew without extended key usages, as New-MeshCa does, or with serverAuth and clientAuth.",
        "Go crypto/x509 (nested EKU); https://github.com/istio/istio/issues/27193",
        FindExcludedUses);

    internal static MeshRule KeyIdentifier { get; } = new(
        "X509KeyIdentifierMismatch",
        RuleSeverity.Warning,
        "The chain is right, but the hint points to another key: OpenSSL and Windows look for that one and may refuse.",
        "Issue it anew from the authority's certificate of today.",
        "RFC 5280 section 4.2.1.1",
        EachWithIssuer((certificate, issuer) => !certificate.AuthorityKeyIdentifier.IsEmpty && !issuer.SubjectKeyIdentifier.IsEmpty && !certificate.AuthorityKeyIdentifier.Span.SequenceEqual(issuer.SubjectKeyIdentifier.Span) && IsSignedBy(certificate, issuer) == true
            ? $"has another authorityKeyIdentifier than the subjectKeyIdentifier of its issuer {issuer}" : null));

    private static IEnumerable<(CertificateInfo Lower, CertificateInfo Upper)> Pairs(ImmutableArray<CertificateInfo> chain) => chain.Zip(chain.Skip(1));

    private static bool Names(CertificateInfo issuer, CertificateInfo certificate) => issuer.Subject.Equals(certificate.Issuer);

    /// <summary>Verified for a moment when all of it was valid, for what is expired is another rule's matter.</summary>
    private static string? FindWhyNotVerified(RuleSubject subject)
    {
        if (subject.Certificate is not { } first || subject.Roots.IsEmpty)
        {
            return null;
        }

        DateTimeOffset begun = subject.Chain.Concat(subject.Roots).Max(certificate => certificate.NotBefore);
        ChainResult result = ChainBuilder.Build(first, subject.Chain[1..], subject.Roots, begun < first.NotAfter ? begun : first.NotAfter);
        ChainFailure? failure = result.Failures.LastOrDefault(failure => failure.FailureId is not ("CertificateExpired" or "CertificateNotYetValid" or "SignatureAlgorithmUnsupported"));
        return result.IsValid || failure is null ? null : $"{first} is not verified by what is trusted: {failure.Certificate}: {failure.Message}";
    }

    private static IEnumerable<string> FindTooLongPaths(RuleSubject subject)
    {
        CertificateInfo[] path = [.. subject.Chain, .. subject.Roots.Where(root => IsAbove(subject, root))];
        for (int i = 1; i < path.Length; i++)
        {
            // A leaf does not count, nor do self-issued certificates.
            int below = path[1..i].Concat(path[0].IsCa ? path[..1] : []).Count(certificate => !certificate.IsSelfIssued);
            if (path[i].PathLength is { } limit && below > limit)
            {
                yield return $"{path[i]} has pathlen {limit}, and {below} authorities lie below it";
            }
        }
    }

    private static IEnumerable<string> FindExcludedUses(RuleSubject subject)
    {
        if (subject.Certificate is not { } first)
        {
            return [];
        }

        // Of an authority that is judged alone it is asked what meshes will issue: both uses.
        ImmutableArray<string> uses = first.ExtendedKeyUsages.IsEmpty || first.IsCa ? [Oids.ServerAuth, Oids.ClientAuth] : first.ExtendedKeyUsages;
        IEnumerable<CertificateInfo> authorities = subject.Chain.Concat(subject.Roots.Where(root => IsAbove(subject, root))).Where(certificate => certificate.IsCa).DistinctBy(certificate => certificate.Thumbprint);
        return Named(authorities, authority =>
        {
            ImmutableArray<string> allowed = authority.ExtendedKeyUsages;
            string[] lacking = allowed.IsEmpty || allowed.Contains(Oids.AnyExtendedKeyUsage) ? [] : [.. uses.Except(allowed)];
            return lacking.Length == 0 ? null : $"is an authority whose extended key usages lack {string.Join(" and ", lacking.Select(ExtendedKeyUsageName.FromOid))}";
        });
    }

    /// <summary>Whether a root issued the last one of the chain.</summary>
    private static bool IsAbove(RuleSubject subject, CertificateInfo root) =>
        !subject.Chain.IsEmpty && !subject.Chain[^1].IsSelfIssued && ReferenceEquals(FindIssuer(subject, subject.Chain[^1]), root);
}
