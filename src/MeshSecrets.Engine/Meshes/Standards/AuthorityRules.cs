using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Profiles;
using MeshSecrets.Meshes.Rules;
using static MeshSecrets.Meshes.Standards.SubjectCertificates;

namespace MeshSecrets.Meshes.Standards;

/// <summary>Rules about who may be an authority, and how its certificate says so.</summary>
internal static class AuthorityRules
{
    internal static MeshRule SubjectPresent { get; } = new(
        "X509AuthoritySubject",
        RuleSeverity.Error,
        "What it issues names no issuer, so no chain can be built through it.",
        "Make the authority anew with a subject: New-MeshCa -Subject 'CN=Mesh CA,O=Example'.",
        "RFC 5280 section 4.1.2.6",
        EachAuthority(certificate => certificate.Subject.IsEmpty ? "is an authority with an empty subject" : null));

    internal static MeshRule BasicConstraintsCritical { get; } = new(
        "X509BasicConstraintsCritical",
        RuleSeverity.Warning,
        "Strict software (OpenSSL -x509_strict, Python 3.13) refuses the chain.",
        "Make the authority anew with New-MeshCa; with openssl: basicConstraints=critical,CA:true.",
        "RFC 5280 section 4.2.1.9",
        EachAuthority(certificate => certificate.Extensions.Any(extension => extension.Oid == Oids.BasicConstraints && !extension.IsCritical) ? "is an authority whose basicConstraints are not critical" : null));

    internal static MeshRule KeyCertSign { get; } = new(
        "X509AuthorityKeyUsage",
        RuleSeverity.Error,
        "Every peer refuses what it signed; Kuma and Istio refuse to load it as an authority.",
        "Make the authority anew with keyCertSign and cRLSign, as New-MeshCa does.",
        "RFC 5280 sections 4.2.1.3 and 6.1.4 (n)",
        EachAuthority(certificate => certificate.KeyUsages is { } usages && (usages & KeyUsages.KeyCertSign) == 0 ? $"is an authority whose key usages ({usages}) lack keyCertSign" : null));

    internal static MeshRule KeyUsagePresent { get; } = new(
        "X509AuthorityKeyUsagePresent",
        RuleSeverity.Warning,
        "Software that goes by the letter refuses an authority that does not say what its key is for (Python 3.13, OpenSSL -x509_strict); Kuma demands keyCertSign.",
        "Make the authority anew with keyCertSign and cRLSign, as New-MeshCa does.",
        "RFC 5280 section 4.2.1.3",
        EachAuthority(certificate => certificate.KeyUsages is null ? "is an authority without keyUsage" : null));

    internal static MeshRule KeyCertSignOfAuthorityOnly { get; } = new(
        "X509KeyCertSignWithoutAuthority",
        RuleSeverity.Error,
        "It claims to sign certificates and denies to be an authority; OpenSSL and Python 3.13 refuse it, and what it signs is refused everywhere.",
        "Issue it anew: a leaf without keyCertSign (New-MeshTlsKey), an authority with CA:true (New-MeshCa).",
        "RFC 5280 sections 4.2.1.3 and 4.2.1.9",
        Each(certificate => !certificate.IsCa && certificate.KeyUsages is { } usages && (usages & KeyUsages.KeyCertSign) != 0 ? "has keyCertSign, but its basicConstraints do not say CA" : null));

    internal static MeshRule PathLengthOfAuthorityOnly { get; } = new(
        "X509PathLengthOfLeaf",
        RuleSeverity.Warning,
        "A path length without CA, or without keyCertSign, says nothing; strict software refuses the certificate.",
        "Issue it anew without pathlen.",
        "RFC 5280 section 4.2.1.9",
        Each(certificate => certificate.PathLength is { } length && (!certificate.IsCa || (certificate.KeyUsages is { } usages && (usages & KeyUsages.KeyCertSign) == 0))
            ? $"has pathlen {length}, though it cannot be an authority" : null));

    internal static MeshRule IssuerPresent { get; } = new(
        "X509IssuerPresent",
        RuleSeverity.Error,
        "It names no issuer, so nobody can find a chain for it.",
        "Issue it anew from an authority that has a subject.",
        "RFC 5280 section 4.1.2.4",
        Each(certificate => certificate.Issuer.IsEmpty ? "has an empty issuer" : null));

    internal static MeshRule IssuerIsAuthority { get; } = new(
        "X509IssuerNotAuthority",
        RuleSeverity.Error,
        "Every peer refuses the chain: what is no authority can issue nothing.",
        "Take the chain anew from the issuer. If this was meant as an authority, make it anew with CA:true (New-MeshCa).",
        "RFC 5280 section 6.1.4 (k)",
        subject => Named(subject.Chain.Skip(1), certificate => certificate.IsCa ? null : "stands above another certificate, but is no authority"));

    internal static MeshRule SelfSignedLeaf { get; } = new(
        "X509SelfSignedLeaf",
        RuleSeverity.Warning,
        "Only who trusts this very certificate accepts it, and no authority can renew or revoke it.",
        "Have it issued by an authority: New-MeshCa, then New-MeshTlsKey -Issuer.",
        "RFC 5280 section 3.2",
        subject => Named(subject.Chain.Take(1), certificate => !certificate.IsCa && certificate.IsSelfIssued && IsSignedBy(certificate, certificate) != false ? "is a self-signed leaf" : null));
}
