using System.Text;
using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Names;
using MeshSecrets.Certificates.Profiles;
using MeshSecrets.Meshes.Rules;
using static MeshSecrets.Meshes.Standards.SubjectCertificates;

namespace MeshSecrets.Meshes.Standards;

/// <summary>The SPIFFE standards: SPIFFE-ID, and X509-SVID for certificates that carry one.</summary>
internal static class SpiffeRules
{
    private const int MaxBytes = 2048;
    private const string Svid = "SPIFFE X509-SVID";
    private const string Identity = "SPIFFE-ID";

    internal static MeshRule OneUri { get; } = new(
        "SpiffeOneUri",
        RuleSeverity.Error,
        "SPIFFE libraries (go-spiffe, Envoy's SPIFFE validator) refuse a certificate with several URIs; Kuma's own workload certificates have kuma:// URIs beside it and are for Kuma only.",
        "Issue it anew with the SPIFFE ID as its only URI: New-MeshTlsKey -SpiffeId, without -Uri.",
        $"{Svid} section 2",
        EachIdentity((certificate, _) => certificate.Names.Uris.Length > 1 ? $"has {certificate.Names.Uris.Length} URIs where one SPIFFE ID is demanded" : null));

    internal static MeshRule Scheme { get; } = new(
        "SpiffeScheme",
        RuleSeverity.Error,
        "A certificate without a URI of the scheme spiffe has no identity in the mesh: peers refuse it.",
        "Issue it anew with -SpiffeId spiffe://<trust domain>/<path>, the scheme in lower case.",
        $"{Svid} section 2; {Identity} section 2",
        subject => Named(subject.Chain.Take(1), certificate => certificate.Names.Uris.Any(uri => uri.StartsWith("spiffe://", StringComparison.Ordinal)) || certificate.IsCa
            ? null : $"has no URI that begins with 'spiffe://'{(certificate.Names.Uris.IsEmpty ? "" : $", but {certificate.Names.Uris[0]}")}"));

    internal static MeshRule TrustDomain { get; } = new(
        "SpiffeTrustDomain",
        RuleSeverity.Error,
        "Peers refuse an ID whose trust domain is empty or has other characters than lower-case letters, digits, '.', '-' and '_'.",
        "Issue it anew with a valid trust domain, without port and user.",
        $"{Identity} section 2.1",
        EachIdentity((_, id) => TrustDomainOf(id) is { } domain && !IsTrustDomain(domain) ? $"has the SPIFFE ID '{id}' with an invalid trust domain" : null));

    internal static MeshRule Path { get; } = new(
        "SpiffePath",
        RuleSeverity.Error,
        "Peers refuse an ID whose path has empty segments, dots as segments, a query, or other characters than letters, digits, '.', '-' and '_'.",
        "Issue it anew with a path like /ns/shop/sa/web, without a slash at its end.",
        $"{Identity} section 2.2",
        EachIdentity((_, id) => PathOf(id) is { } path && IsTrustDomain(TrustDomainOf(id)!) && !IsPath(path) ? $"has the SPIFFE ID '{id}' with an invalid path" : null));

    internal static MeshRule Length { get; } = new(
        "SpiffeLength",
        RuleSeverity.Error,
        "Implementations need not read IDs of more than 2048 bytes, and do not.",
        "Issue it anew with a shorter path.",
        $"{Identity} section 2.3",
        EachIdentity((_, id) => Encoding.UTF8.GetByteCount(id) is > MaxBytes and int bytes ? $"has a SPIFFE ID of {bytes} bytes" : null));

    internal static MeshRule ExpectedTrustDomain { get; } = new(
        "SpiffeExpectedTrustDomain",
        RuleSeverity.Error,
        "Peers of another trust domain are refused, unless the two are federated.",
        "Issue it anew for the trust domain of the mesh; where it was meant for another one, give that as -TrustDomain.",
        $"{Identity} section 4",
        subject => subject.Context.TrustDomain is not { } expected || subject.Certificate is not { } certificate ? [] :
            from id in certificate.Names.Uris.Where(SpiffeId.IsSpiffe)
            where TrustDomainOf(id) is { } domain && domain != expected
            select $"{certificate} is of the trust domain '{TrustDomainOf(id)}', not of '{expected}'");

    internal static MeshRule LeafPath { get; } = new(
        "SpiffeLeafPath",
        RuleSeverity.Error,
        "The ID of a trust domain is for its authorities; peers refuse it for a workload.",
        "Issue it anew with a path that names the workload: spiffe://<trust domain>/ns/shop/sa/web.",
        $"{Svid} section 3.1",
        EachIdentity((certificate, id) => !certificate.IsCa && PathOf(id) is "" or "/" ? $"is a leaf, but its SPIFFE ID '{id}' has no path" : null));

    internal static MeshRule LeafIsNoAuthority { get; } = new(
        "SpiffeLeafAuthority",
        RuleSeverity.Error,
        "A workload's certificate that is an authority's is refused: it could issue identities.",
        "Issue it anew with CA:FALSE, as New-MeshTlsKey -SpiffeId does.",
        $"{Svid} section 4.1",
        EachIdentity((certificate, id) => certificate.IsCa && PathOf(id) is { Length: > 1 } ? $"is an authority's, but its SPIFFE ID '{id}' names a workload" : null));

    internal static MeshRule DigitalSignature { get; } = new(
        "SpiffeDigitalSignature",
        RuleSeverity.Error,
        "Peers refuse a workload's certificate whose key is not said to be for signatures.",
        "Issue it anew with the key usage digitalSignature, as New-MeshTlsKey -SpiffeId does.",
        $"{Svid} section 4.3",
        EachIdentity((certificate, _) => !certificate.IsCa && ((certificate.KeyUsages ?? KeyUsages.None) & KeyUsages.DigitalSignature) == 0 ? "is a leaf without the key usage digitalSignature" : null));

    internal static MeshRule NoSigning { get; } = new(
        "SpiffeLeafSigning",
        RuleSeverity.Error,
        "go-spiffe and SPIRE refuse a leaf that may sign certificates or revocation lists.",
        "Issue it anew without keyCertSign and cRLSign, as New-MeshTlsKey -SpiffeId does.",
        $"{Svid} section 4.3",
        EachIdentity((certificate, _) => !certificate.IsCa && certificate.KeyUsages is { } usages && (usages & (KeyUsages.KeyCertSign | KeyUsages.CrlSign)) != 0
            ? $"is a leaf with the key usage {usages & (KeyUsages.KeyCertSign | KeyUsages.CrlSign)}" : null));

    internal static MeshRule KeyUsageCritical { get; } = new(
        "SpiffeKeyUsageCritical",
        RuleSeverity.Error,
        "The standard demands that keyUsage is there and critical; strict implementations refuse it otherwise.",
        "Issue it anew with a critical keyUsage, as New-MeshTlsKey -SpiffeId and New-MeshCa do.",
        $"{Svid} section 4.3",
        EachIdentity((certificate, _) => certificate.Extensions.FirstOrDefault(extension => extension.Oid == Oids.KeyUsage) switch
        {
            null => "has no keyUsage",
            { IsCritical: false } => "has a keyUsage that is not critical",
            _ => null,
        }));

    internal static MeshRule ExtendedKeyUsage { get; } = new(
        "SpiffeExtendedKeyUsage",
        RuleSeverity.Error,
        "A workload is client and server; with one of the two left out its connections fail in one direction.",
        "Issue it anew with serverAuth and clientAuth: New-MeshTlsKey -Profile Workload.",
        $"{Svid} section 4.4",
        EachIdentity((certificate, _) => !certificate.IsCa && !certificate.ExtendedKeyUsages.IsEmpty && (!certificate.ExtendedKeyUsages.Contains(Oids.ServerAuth) || !certificate.ExtendedKeyUsages.Contains(Oids.ClientAuth))
            ? "has extended key usages without both serverAuth and clientAuth" : null));

    internal static MeshRule ExtendedKeyUsagePresent { get; } = new(
        "SpiffeExtendedKeyUsagePresent",
        RuleSeverity.Advice,
        "Works. The standard wishes that a leaf says it is for server and client.",
        "Add serverAuth and clientAuth when it is issued next: New-MeshTlsKey -Profile Workload.",
        $"{Svid} section 4.4",
        EachIdentity((certificate, _) => !certificate.IsCa && certificate.ExtendedKeyUsages.IsEmpty ? "is a leaf without extended key usages" : null));

    internal static MeshRule SigningPath { get; } = new(
        "SpiffeSigningPath",
        RuleSeverity.Error,
        "An authority stands for its trust domain; with a path in its ID SPIFFE implementations refuse the chain.",
        "Make the authority anew with the SPIFFE ID of the trust domain alone (spiffe://<trust domain>), or with none.",
        $"{Svid} section 3.2",
        AboveLeaf((certificate, id, _) => PathOf(id) is { Length: > 0 } ? $"is an authority above a workload, but its SPIFFE ID '{id}' has a path" : null));

    internal static MeshRule SigningTrustDomain { get; } = new(
        "SpiffeSigningTrustDomain",
        RuleSeverity.Warning,
        "An authority of one trust domain that issues for another is refused by SPIFFE implementations that compare the two.",
        "Issue it from the authority of its own trust domain.",
        $"{Svid} section 3.2",
        AboveLeaf((certificate, id, leaf) => leaf.Names.Uris.FirstOrDefault(SpiffeId.IsSpiffe) is { } below && TrustDomainOf(below) != TrustDomainOf(id)
            ? $"is of the trust domain '{TrustDomainOf(id)}', and issued '{below}'" : null));

    internal static RuleSet Set { get; } = new(
        "Spiffe",
        "workload certificates and their authorities by SPIFFE-ID and X509-SVID",
        [
            OneUri, Scheme, TrustDomain, Path, Length, ExpectedTrustDomain, LeafPath, LeafIsNoAuthority, DigitalSignature, NoSigning,
            KeyUsageCritical, ExtendedKeyUsage, ExtendedKeyUsagePresent, SigningPath, SigningTrustDomain,
        ])
    {
        Fits = subject => subject.Certificate is { } certificate
            && (certificate.Names.Uris.Any(SpiffeId.IsSpiffe) || (subject.Context.TrustDomain is not null && !certificate.IsCa)),
    };

    private static Func<RuleSubject, IEnumerable<string>> EachIdentity(Func<CertificateInfo, string, string?> find) => subject =>
        Named(subject.Chain.Take(1), certificate => certificate.Names.Uris.FirstOrDefault(SpiffeId.IsSpiffe) is { } id ? find(certificate, id) : null);

    private static Func<RuleSubject, IEnumerable<string>> AboveLeaf(Func<CertificateInfo, string, CertificateInfo, string?> find) => subject =>
        subject.Certificate is { IsCa: false } leaf && leaf.Names.Uris.Any(SpiffeId.IsSpiffe)
            ? Named(subject.Chain.Skip(1).Concat(subject.Roots), certificate => certificate.Names.Uris.FirstOrDefault(SpiffeId.IsSpiffe) is { } id ? find(certificate, id, leaf) : null)
            : [];

    private static string? TrustDomainOf(string id) => Split(id)?.TrustDomain;

    private static string? PathOf(string id) => Split(id)?.Path;

    private static (string TrustDomain, string Path)? Split(string id)
    {
        if (!id.StartsWith("spiffe://", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        string rest = id["spiffe://".Length..];
        int end = rest.IndexOfAny(['/', '?', '#']);
        return end < 0 ? (rest, "") : (rest[..end], rest[end..]);
    }

    private static bool IsTrustDomain(string domain) => IsValid($"spiffe://{domain}");

    private static bool IsPath(string path) => IsValid($"spiffe://x{(path.Length > MaxBytes / 2 ? path[..(MaxBytes / 2)].TrimEnd('/', '.') : path)}");

    private static bool IsValid(string id)
    {
        try
        {
            SpiffeId.Parse(id);
            return true;
        }
        catch (MeshException)
        {
            return false; // The rule says what is wrong in its own words.
        }
    }
}
