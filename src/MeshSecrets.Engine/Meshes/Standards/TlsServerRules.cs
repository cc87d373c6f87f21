using System.Net;
using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Names;
using MeshSecrets.Certificates.Profiles;
using MeshSecrets.Meshes.Rules;
using static MeshSecrets.Meshes.Standards.SubjectCertificates;

namespace MeshSecrets.Meshes.Standards;

/// <summary>What clients demand of a TLS server's certificate (RFC 9525, once RFC 6125).</summary>
internal static class TlsServerRules
{
    internal static MeshRule SubjectAltName { get; } = new(
        "TlsServerSubjectAltName",
        RuleSeverity.Error,
        "Clients look at the names alone, never at the common name: Go, browsers, Java and curl refuse it for any host.",
        "Issue it anew with the hosts as DNS names: New-MeshTlsKey -DnsName; with openssl: -addext subjectAltName=DNS:host.",
        "RFC 9525 section 2; Go 1.15 (certificate relies on legacy Common Name field)",
        First(certificate => certificate.Names.DnsNames.IsEmpty && certificate.Names.IpAddresses.IsEmpty
            ? $"has no DNS name and no IP address{(certificate.Subject.CommonName is { } name ? $", only the common name '{name}'" : "")}" : null));

    internal static MeshRule CommonName { get; } = new(
        "TlsServerCommonName",
        RuleSeverity.Advice,
        "A host that stands in the common name alone is not served: clients ignore the common name.",
        "Add the host as a DNS name when it is issued next, or leave it out of the common name.",
        "RFC 9525 section 6.3",
        First(certificate => certificate.Subject.CommonName is { } name && name.Contains('.', StringComparison.Ordinal) && !name.Contains(' ', StringComparison.Ordinal)
            && !certificate.Names.DnsNames.IsEmpty && !certificate.Names.DnsNames.Any(dns => DnsName.Covers(dns, name)) && !certificate.Names.IpAddresses.Contains(name)
            ? $"has the common name '{name}', which its DNS names do not cover" : null));

    internal static MeshRule Hosts { get; } = new(
        "TlsServerHosts",
        RuleSeverity.Error,
        "Clients that ask for the host refuse the certificate (hostname mismatch).",
        "Issue it anew for all hosts that it serves: New-MeshTlsKey -DnsName, or a wildcard for one level (*.example.com).",
        "RFC 9525 section 6",
        FindUncovered);

    internal static MeshRule WildcardForm { get; } = new(
        "TlsServerWildcardForm",
        RuleSeverity.Error,
        "A wildcard counts only as the whole leftmost label; elsewhere clients take it for a plain character, and the name matches nothing.",
        "Issue it anew with '*.' before a domain, or with each host by its name.",
        "RFC 9525 section 6.3; RFC 6125 section 6.4.3",
        EachName(name => name.Contains('*', StringComparison.Ordinal) && (name.LastIndexOf('*') > 0 || !name.StartsWith("*.", StringComparison.Ordinal)) ? $"has the DNS name '{name}', a wildcard that matches nothing" : null));

    internal static MeshRule WildcardWide { get; } = new(
        "TlsServerWildcardWide",
        RuleSeverity.Warning,
        "Go accepts a wildcard directly below a top-level domain; browsers and curl refuse it.",
        "Issue it for a domain of at least two labels (*.shop.example), or for each host.",
        "CA/Browser Forum Baseline Requirements section 3.2.2.6; curl (lib/vtls/hostcheck.c)",
        EachName(name => name.StartsWith("*.", StringComparison.Ordinal) && !name[2..].Trim('.').Contains('.', StringComparison.Ordinal) ? $"has the DNS name '{name}', a wildcard for a whole top-level domain" : null));

    internal static MeshRule AddressAsName { get; } = new(
        "TlsServerAddressAsName",
        RuleSeverity.Error,
        "An IP address is looked for among the IP addresses alone; as a DNS name it matches nothing.",
        "Issue it anew with the address as one: New-MeshTlsKey -IPAddress; with openssl: IP:10.0.0.1.",
        "RFC 9525 section 6.2; RFC 5280 section 4.2.1.6",
        EachName(name => IsAddress(name) ? $"has the IP address {name} as a DNS name" : null));

    internal static MeshRule Underscore { get; } = new(
        "TlsServerUnderscore",
        RuleSeverity.Warning,
        "Public authorities refuse underscores, and Java and some clients take such a host for invalid; Go and Envoy accept it.",
        "Name the service without '_' ('-' instead), and issue it anew.",
        "RFC 1123 section 2.1; CA/Browser Forum Ballot SC-12",
        EachName(name => name.Contains('_', StringComparison.Ordinal) ? $"has the DNS name '{name}' with an underscore" : null));

    internal static MeshRule NameForm { get; } = new(
        "TlsServerNameForm",
        RuleSeverity.Error,
        "What is no host name matches no host; Go and BoringSSL refuse the whole certificate for some of them.",
        "Issue it anew with bare host names: no scheme, port, path or space, no dot at the end.",
        "RFC 5280 section 4.2.1.6; RFC 1034 section 3.5",
        EachName(name => IsAddress(name) || name.Contains('*', StringComparison.Ordinal) ? null : Fault(name)));

    internal static MeshRule ExtendedKeyUsage { get; } = new(
        "TlsServerExtendedKeyUsage",
        RuleSeverity.Error,
        "Clients refuse a server's certificate that is not for servers (Go: incompatible key usage).",
        "Issue it anew with serverAuth: New-MeshTlsKey -Profile Server.",
        "RFC 5280 section 4.2.1.12",
        First(certificate => !certificate.ExtendedKeyUsages.IsEmpty && !certificate.ExtendedKeyUsages.Contains(Oids.ServerAuth) && !certificate.ExtendedKeyUsages.Contains(Oids.AnyExtendedKeyUsage)
            ? "has extended key usages without serverAuth" : null));

    internal static MeshRule DigitalSignature { get; } = new(
        "TlsServerDigitalSignature",
        RuleSeverity.Error,
        "TLS 1.3, and TLS 1.2 with ECDHE, demand a signature of the server: clients refuse the handshake (BoringSSL: KEY_USAGE_BIT_INCORRECT).",
        "Issue it anew with digitalSignature: New-MeshTlsKey -Profile Server.",
        "RFC 8446 section 4.4.2.2",
        First(certificate => certificate.KeyUsages is { } usages && (usages & KeyUsages.DigitalSignature) == 0 ? $"has the key usages {usages} without digitalSignature" : null));

    internal static MeshRule Authority { get; } = new(
        "TlsServerAuthority",
        RuleSeverity.Warning,
        "A server with an authority's certificate has the authority's key on the wire's end; strict clients refuse it.",
        "Issue a leaf for the server (New-MeshTlsKey -Issuer), and keep the authority's key away from servers.",
        "RFC 5280 section 4.2.1.9; Mozilla (MOZILLA_PKIX_ERROR_CA_CERT_USED_AS_END_ENTITY)",
        First(certificate => certificate.IsCa ? "is an authority's" : null));

    internal static RuleSet Set { get; } = new(
        "TlsServer",
        "certificates of TLS servers: names, hosts and usages by RFC 9525",
        [SubjectAltName, CommonName, Hosts, WildcardForm, WildcardWide, AddressAsName, Underscore, NameForm, ExtendedKeyUsage, DigitalSignature, Authority])
    {
        Fits = subject => subject.Certificate is { IsCa: false } certificate
            && (!subject.Context.Hosts.IsEmpty || !certificate.Names.DnsNames.IsEmpty
                || (certificate.ExtendedKeyUsages.Contains(Oids.ServerAuth) && !certificate.Names.Uris.Any(SpiffeId.IsSpiffe))),
    };

    private static Func<RuleSubject, IEnumerable<string>> First(Func<CertificateInfo, string?> find) => subject => Named(subject.Chain.Take(1), find);

    private static Func<RuleSubject, IEnumerable<string>> EachName(Func<string, string?> find) => subject =>
        subject.Certificate is not { } certificate ? [] :
            from name in certificate.Names.DnsNames
            let found = find(name)
            where found is not null
            select $"{certificate} {found}";

    private static bool IsAddress(string name) => IPAddress.TryParse(name, out _) && (name.Contains(':', StringComparison.Ordinal) || name.Count(c => c == '.') == 3);

    private static string? Fault(string name)
    {
        try
        {
            string form = DnsName.Parse(name);
            return form == name ? null : $"has the DNS name '{name}' in letters beyond ASCII, which must stand as '{form}'";
        }
        catch (MeshException e)
        {
            return $"has a DNS name that is none: {e.Message}";
        }
    }

    private static IEnumerable<string> FindUncovered(RuleSubject subject) => subject.Certificate is not { } certificate ? [] :
        from host in subject.Context.Hosts
        where !(IPAddress.TryParse(host, out IPAddress? address) ? certificate.Names.IpAddresses.Contains(address.ToString()) : certificate.Names.DnsNames.Any(name => DnsName.Covers(name, host)))
        select $"{certificate} does not cover '{host}'; its names are {(certificate.Names.IsEmpty ? "none" : certificate.Names)}";
}
