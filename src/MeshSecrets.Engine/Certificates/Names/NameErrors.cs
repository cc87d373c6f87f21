namespace MeshSecrets.Certificates.Names;

/// <summary>Where the errors about names in certificates are born.</summary>
internal static class NameErrors
{
    internal static MeshException SpiffeIdInvalid(string value, string why) => new(
        "SpiffeIdInvalid",
        MeshErrorKind.InvalidArgument,
        $"'{value}' is no valid SPIFFE ID: {why} (SPIFFE-ID standard, section 2).",
        value);

    internal static MeshException SpiffeIdMultiple(IEnumerable<string> values) => new(
        "SpiffeIdMultiple",
        MeshErrorKind.InvalidArgument,
        $"A certificate carries exactly one SPIFFE ID (X509-SVID, section 2), but several are given: {string.Join(", ", values)}. Issue one certificate for each.");

    internal static MeshException SpiffeIdPathMissing(string value) => new(
        "SpiffeIdPathMissing",
        MeshErrorKind.InvalidArgument,
        $"'{value}' names a trust domain, which only an authority's certificate may carry; a workload's SPIFFE ID needs a path, as in 'spiffe://default/web' (X509-SVID, section 4.1).",
        value);

    internal static MeshException DnsNameInvalid(string value, string why) => new(
        "DnsNameInvalid",
        MeshErrorKind.InvalidArgument,
        $"'{value}' is no valid DNS name for a certificate: {why}.",
        value);

    internal static MeshException UriInvalid(string value, string why) => new(
        "UriInvalid",
        MeshErrorKind.InvalidArgument,
        $"'{value}' is no valid URI for a certificate: {why}.",
        value);

    internal static MeshException IpAddressInvalid(string value) => new(
        "IpAddressInvalid",
        MeshErrorKind.InvalidArgument,
        $"'{value}' is no IP address. Give one IPv4 or IPv6 address, without prefix length, brackets or zone.",
        value);

    internal static MeshException EmailAddressInvalid(string value) => new(
        "EmailAddressInvalid",
        MeshErrorKind.InvalidArgument,
        $"'{value}' is no e-mail address of the form 'local@domain' in ASCII.",
        value);

    internal static MeshException SubjectInvalid(string value, string why) => new(
        "SubjectInvalid",
        MeshErrorKind.InvalidArgument,
        $"'{value}' is no valid subject: {why}. Write it as 'CN=web,O=Example' (RFC 4514) or '/O=Example/CN=web' (OpenSSL).",
        value);
}
