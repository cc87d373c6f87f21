using MeshSecrets.Certificates;
using MeshSecrets.Meshes.Rules;
using static MeshSecrets.Meshes.Standards.SubjectCertificates;

namespace MeshSecrets.Meshes.Standards;

/// <summary>Rules about when a certificate is valid, and for how long.</summary>
internal static class ValidityRules
{
    private const int MaxPublicDays = 398;
    private static readonly TimeSpan s_usualWarning = TimeSpan.FromDays(30);

    /// <summary>Last labels of names that no public authority certifies.</summary>
    private static readonly string[] s_privateDomains = ["local", "svc", "internal", "lan", "test", "example", "invalid", "localhost", "mesh", "home", "corp", "arpa"];

    internal static MeshRule Order { get; } = new(
        "X509ValidityOrder",
        RuleSeverity.Error,
        "It is never valid, whatever the time.",
        "Issue it anew with an end after its begin.",
        "RFC 5280 section 4.1.2.5",
        Each(certificate => certificate.NotAfter < certificate.NotBefore ? $"ends at {certificate.NotAfter:u}, before it begins at {certificate.NotBefore:u}" : null));

    internal static MeshRule Expired { get; } = new(
        "X509Expired",
        RuleSeverity.Error,
        "Every peer refuses it; control planes that load it refuse to start or go on with what they had.",
        "Renew it: Invoke-MeshCertRotation for TLS keys of the store, New-MeshTlsKey or New-MeshCa otherwise.",
        "RFC 5280 section 6.1.3 (a)(2)",
        Each((certificate, context) => context.Now > certificate.NotAfter ? $"expired at {certificate.NotAfter:u}" : null));

    internal static MeshRule NotYetValid { get; } = new(
        "X509NotYetValid",
        RuleSeverity.Error,
        "Every peer refuses it until then.",
        "Wait, or issue it anew; compare the clocks of the authority and of this machine.",
        "RFC 5280 section 6.1.3 (a)(2)",
        Each((certificate, context) => context.Now < certificate.NotBefore ? $"is valid only from {certificate.NotBefore:u}" : null));

    internal static MeshRule NearExpiry { get; } = new(
        "X509NearExpiry",
        RuleSeverity.Warning,
        "It works now. When it ends every peer refuses it, and few meshes renew what was given to them from outside.",
        "Renew it before: Invoke-MeshCertRotation for TLS keys of the store; for an authority make the next one with New-MeshCa and trust both for a while.",
        "RFC 5280 section 4.1.2.5",
        Each((certificate, context) => context.Now >= certificate.NotBefore && context.Now <= certificate.NotAfter && certificate.NotAfter - context.Now < (context.Within ?? UsualWarning(certificate))
            ? $"ends at {certificate.NotAfter:u}" : null));

    internal static MeshRule PublicLife { get; } = new(
        "X509PublicLife",
        RuleSeverity.Advice,
        "Browsers and Apple's systems refuse certificates of public authorities that live longer; for a private authority it is only unwise.",
        "Issue it for at most 398 days (-ValidFor 90d), and renew it by Invoke-MeshCertRotation.",
        "CA/Browser Forum Baseline Requirements section 6.3.2",
        Leaf(certificate => IsForPublic(certificate) && (certificate.NotAfter - certificate.NotBefore).TotalDays > MaxPublicDays
            ? $"serves public names and lives {(certificate.NotAfter - certificate.NotBefore).TotalDays:0} days" : null));

    private static TimeSpan UsualWarning(CertificateInfo certificate)
    {
        TimeSpan fifth = (certificate.NotAfter - certificate.NotBefore) / 5;
        return fifth < s_usualWarning ? fifth : s_usualWarning;
    }

    private static bool IsForPublic(CertificateInfo certificate) =>
        (certificate.ExtendedKeyUsages.IsEmpty || certificate.ExtendedKeyUsages.Contains(Oids.ServerAuth))
        && certificate.Names.DnsNames.Any(name => name.Contains('.', StringComparison.Ordinal) && !s_privateDomains.Contains(name[(name.LastIndexOf('.') + 1)..].ToLowerInvariant()));
}
