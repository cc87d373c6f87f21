using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Profiles;
using MeshSecrets.Certificates.Verification;
using MeshSecrets.Meshes.Rules;
using static MeshSecrets.Meshes.Standards.SubjectCertificates;

namespace MeshSecrets.Meshes.Standards;

/// <summary>Rules about the structure of a certificate: version, serial number, signature, extensions.</summary>
internal static class CertificateRules
{
    private const int MaxSerialOctets = 20;

    internal static MeshRule Version { get; } = new(
        "X509Version",
        RuleSeverity.Warning,
        "Without version 3 there are no extensions: no names that are verified today, and no authority; Go and Envoy refuse it in a chain.",
        "Issue it anew with New-MeshTlsKey or New-MeshCa; with openssl, give an extension file (-extfile) or a section with -extensions.",
        "RFC 5280 section 4.1.2.1",
        Each(certificate => certificate.Version < 3 ? $"has version {certificate.Version}, not 3" : null));

    internal static MeshRule SerialPositive { get; } = new(
        "X509SerialPositive",
        RuleSeverity.Error,
        "Go refuses it since 1.23 (x509: negative serial number), and with it every control plane that is written in Go.",
        "Issue it anew with a positive serial number, as New-MeshTlsKey and New-MeshCa do.",
        "RFC 5280 section 4.1.2.2",
        Each(certificate => SerialNumber(certificate)[0] >= 0x80 ? "has a negative serial number" : null));

    internal static MeshRule SerialLength { get; } = new(
        "X509SerialLength",
        RuleSeverity.Warning,
        "Software may refuse a serial number of more than 20 octets, or cut it short, and then revocation misses it.",
        "Issue it anew with at most 20 octets, as New-MeshTlsKey and New-MeshCa do.",
        "RFC 5280 section 4.1.2.2",
        Each(certificate => SerialNumber(certificate).TrimStart((byte)0).Length is > MaxSerialOctets and int length ? $"has a serial number of {length} octets" : null));

    internal static MeshRule SerialZero { get; } = new(
        "X509SerialZero",
        RuleSeverity.Advice,
        "Works almost everywhere, and Kuma's own builtin root has it; but two such roots of one name cannot be told apart by issuer and serial number.",
        "Leave it if it is Kuma's builtin root, and tell certificates apart by their thumbprint; otherwise issue it anew.",
        "RFC 5280 section 4.1.2.2; Kuma pkg/plugins/ca/builtin/ca.go",
        Each(certificate => certificate.SerialNumber.AsSpan().Trim('0').IsEmpty ? "has the serial number 0" : null));

    internal static MeshRule SignatureWeak { get; } = new(
        "X509SignatureWeak",
        RuleSeverity.Error,
        "MD5 and SHA-1 signatures are refused by Go, BoringSSL (Envoy) and OpenSSL 3 at its usual level.",
        "Issue it anew with SHA-256 or better, as New-MeshTlsKey and New-MeshCa do.",
        "RFC 6151, RFC 9155; Go crypto/x509 (InsecureAlgorithmError)",
        Each(certificate => !certificate.IsSelfIssued && WeakSignature(certificate) is { } name ? $"is signed with {name}" : null)); // Of a root, nobody verifies the signature.

    internal static MeshRule SignatureAlgorithmAgrees { get; } = new(
        "X509SignatureAlgorithmAgrees",
        RuleSeverity.Error,
        "The algorithm stands twice, and only one of the two is signed; Go and BoringSSL refuse the certificate if they differ.",
        "Take the certificate anew from its issuer; it was altered, or its maker is at fault.",
        "RFC 5280 section 4.1.1.2",
        Each(certificate => SignedAlgorithm(certificate).Span.SequenceEqual(certificate.SignatureAlgorithm.Span) ? null : "names one signature algorithm inside of what is signed, and another one outside"));

    internal static MeshRule DuplicateExtension { get; } = new(
        "X509DuplicateExtension",
        RuleSeverity.Error,
        "Go refuses it (x509: certificate contains duplicate extensions); other software takes the one or the other.",
        "Issue it anew with each extension once; with openssl, give subjectAltName either by -addext or in the configuration.",
        "RFC 5280 section 4.2",
        Each(certificate => certificate.Extensions.GroupBy(extension => extension.Oid).FirstOrDefault(same => same.Skip(1).Any()) is { } twice ? $"has the extension {twice.Key} more than once" : null));

    internal static MeshRule CriticalExtensionUnknown { get; } = new(
        "X509CriticalExtensionUnknown",
        RuleSeverity.Error,
        "Whoever does not know a critical extension must refuse the certificate; proxies do.",
        "Issue it anew without the extension, or with the extension marked as not critical.",
        "RFC 5280 section 4.2",
        Each(certificate => certificate.Extensions.FirstOrDefault(extension => extension.IsCritical && !ChainBuilder.Understands(extension.Oid)) is { } unknown ? $"has the critical extension {unknown.Oid}, which meshes do not know" : null));

    internal static MeshRule AuthorityKeyIdentifier { get; } = new(
        "X509AuthorityKeyIdentifier",
        RuleSeverity.Warning,
        "While a root is changed for another one of the same name (Kuma, OSM), software finds the wrong one and refuses the chain.",
        "Issue it anew with authorityKeyIdentifier, as New-MeshTlsKey and New-MeshCa do; with openssl: authorityKeyIdentifier=keyid.",
        "RFC 5280 section 4.2.1.1",
        Each(certificate => !certificate.IsSelfIssued && certificate.FindExtension(Oids.AuthorityKeyIdentifier) is null ? "has no authorityKeyIdentifier" : null));

    internal static MeshRule SubjectKeyIdentifier { get; } = new(
        "X509SubjectKeyIdentifier",
        RuleSeverity.Warning,
        "What it issues cannot say which of several authorities of one name issued it; chains fail while a root is changed.",
        "Make the authority anew with subjectKeyIdentifier, as New-MeshCa does; with openssl: subjectKeyIdentifier=hash.",
        "RFC 5280 section 4.2.1.2",
        EachAuthority(certificate => certificate.SubjectKeyIdentifier.IsEmpty ? "is an authority without subjectKeyIdentifier" : null));

    internal static MeshRule EmptySubject { get; } = new(
        "X509EmptySubject",
        RuleSeverity.Warning,
        "With an empty subject the names are all there is; if they are not critical, strict software (OpenSSL -x509_strict) refuses it.",
        "Issue it anew with a critical subjectAltName, as New-MeshTlsKey does, or with a subject.",
        "RFC 5280 section 4.1.2.6",
        Each(certificate => certificate.Subject.IsEmpty && !certificate.Extensions.Any(extension => extension.Oid == Oids.SubjectAltName && extension.IsCritical)
            ? $"has an empty subject and {(certificate.Names.IsEmpty ? "no names" : "its subjectAltName is not critical")}" : null));

    internal static MeshRule SubjectAltNameEmpty { get; } = new(
        "X509SubjectAltNameEmpty",
        RuleSeverity.Error,
        "An empty subjectAltName is no valid extension, and whatever is asked for by a name is refused.",
        "Issue it anew with at least one name, or without the extension.",
        "RFC 5280 section 4.2.1.6",
        Each(certificate => certificate.Names.IsEmpty && certificate.FindExtension(Oids.SubjectAltName) is not null ? "has a subjectAltName without any name" : null));

    internal static MeshRule KeyUsageCritical { get; } = new(
        "X509KeyUsageCritical",
        RuleSeverity.Advice,
        "Works; software that does not know the extension would use the key for anything.",
        "Mark keyUsage as critical when it is issued next, as New-MeshTlsKey and New-MeshCa do.",
        "RFC 5280 section 4.2.1.3",
        Each(certificate => certificate.Extensions.Any(extension => extension.Oid == Oids.KeyUsage && !extension.IsCritical) ? "has a keyUsage that is not critical" : null));

    internal static MeshRule KeyUsageOfKey { get; } = new(
        "X509KeyUsageOfKey",
        RuleSeverity.Warning,
        "An EC key cannot encipher keys; strict software (GnuTLS, Java with constraints) refuses such a certificate.",
        "Issue it anew without keyEncipherment and dataEncipherment; New-MeshTlsKey leaves them out for EC keys.",
        "RFC 8813 section 3",
        Each(certificate => certificate.KeyAlgorithm is "P256" or "P384" or "P521" or "EC" && certificate.KeyUsages is { } usages && (usages & (KeyUsages.KeyEncipherment | KeyUsages.DataEncipherment)) != 0
            ? $"has an EC key and the key usage {usages & (KeyUsages.KeyEncipherment | KeyUsages.DataEncipherment)}" : null));

    private static string? WeakSignature(CertificateInfo certificate) => certificate.SignatureAlgorithmName switch
    {
        "sha1WithRSAEncryption" => "SHA-1",
        "1.2.840.10045.4.1" => "SHA-1 (ecdsa-with-SHA1)",
        "1.2.840.113549.1.1.4" => "MD5",
        "1.2.840.113549.1.1.2" => "MD2",
        _ => null,
    };
}
