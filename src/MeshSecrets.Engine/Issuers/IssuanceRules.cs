using System.Buffers;
using System.Net;
using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Keys;
using MeshSecrets.Certificates.Names;
using MeshSecrets.Certificates.Profiles;

namespace MeshSecrets.Issuers;

/// <summary>The rules that an order must keep, as a list of named checks.</summary>
internal static class IssuanceRules
{
    /// <summary>What a certificate of the profile needs, whoever issues it. Returns nothing or throws the first violation.</summary>
    internal static void EnsureFitsProfile(CertificateOrder order)
    {
        foreach (Func<CertificateOrder, MeshException?> rule in s_profileRules)
        {
            if (rule(order) is { } violation)
            {
                throw violation;
            }
        }
    }

    /// <summary>What one authority may issue.</summary>
    internal static void EnsureAllowed(CertificateOrder order, IssuancePolicy policy, string issuer, DistinguishedName issuerSubject)
    {
        if (ReferenceEquals(policy, IssuancePolicy.Unrestricted))
        {
            return;
        }

        foreach (Func<CertificateOrder, IssuancePolicy, string, MeshException?> rule in s_policyRules)
        {
            if (rule(order, policy, issuer) is { } violation)
            {
                throw violation;
            }
        }

        if (SubjectAllowed(order, policy, issuer, issuerSubject) is { } refused)
        {
            throw refused;
        }

        if (policy.Above is { } above)
        {
            EnsureAllowed(order, above, issuer, issuerSubject);
        }
    }

    private static readonly SearchValues<char> s_hostName =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.*");

    private static readonly Func<CertificateOrder, MeshException?>[] s_profileRules =
    [
        ProfileIsForLeaves,
        KeyIsStrong,
        SubjectOrNameIsThere,
        ServerHasHostName,
        WorkloadHasSpiffeId,
        LeafSpiffeIdHasPath,
        ServiceNameHasItsForm,
        BootstrapNameHasItsForm,
    ];

    private static readonly Func<CertificateOrder, IssuancePolicy, string, MeshException?>[] s_policyRules =
    [
        KeyAlgorithmAllowed,
        LifeAllowed,
        DnsNamesAllowed,
        UrisAllowed,
        IpAddressesAllowed,
        EmailAddressesAllowed,
    ];

    /// <summary>An authority has a path length to keep, so it is made by another way than an order.</summary>
    private static MeshException? ProfileIsForLeaves(CertificateOrder order) =>
        order.Profile.IsCa ? IssuerErrors.ProfileNotForLeaves(order.Profile.Name) : null;

    /// <summary>RFC 5280 §4.1.2.6: an empty subject needs a subject alternative name.</summary>
    private static MeshException? SubjectOrNameIsThere(CertificateOrder order) =>
        order.Subject.IsEmpty && order.Names.IsEmpty ? IssuerErrors.NameMissing(order.Profile.Name, "a subject or a name (-Subject, -DnsName, -SpiffeId, …)") : null;

    /// <summary>RFC 6125: clients look for the host among the subject alternative names, no more in the common name.</summary>
    private static MeshException? ServerHasHostName(CertificateOrder order) =>
        order.Profile.Name is "Server" or "MutatingWebhook" or "ValidatingWebhook"
            && order.Names.DnsNames.IsEmpty && order.Names.IpAddresses.IsEmpty
            ? IssuerErrors.NameMissing(order.Profile.Name, "a DNS name or an IP address (-DnsName, -IPAddress)")
            : null;

    private static MeshException? WorkloadHasSpiffeId(CertificateOrder order) =>
        order.Profile.Name == "Workload" && order.Names.SpiffeId is null
            ? IssuerErrors.NameMissing(order.Profile.Name, "a SPIFFE ID (-SpiffeId)")
            : null;

    /// <summary>X509-SVID §4.1: a leaf's SPIFFE ID has a path.</summary>
    private static MeshException? LeafSpiffeIdHasPath(CertificateOrder order) =>
        !order.Profile.IsCa && order.Names.SpiffeId is { } id && SpiffeId.Parse(id).Path.Length == 0
            ? NameErrors.SpiffeIdPathMissing(id)
            : null;

    /// <summary>Open Service Mesh: <c>service-account.namespace.trust-domain</c>.</summary>
    private static MeshException? ServiceNameHasItsForm(CertificateOrder order) =>
        order.Profile.Name == "Service" && !(order.Names.DnsNames.Length > 0 && order.Names.DnsNames.All(name => name.Split('.').Length >= 3 && name[0] != '*'))
            ? IssuerErrors.NameForm(order.Profile.Name, "<service account>.<namespace>.cluster.local", order.Names)
            : null;

    /// <summary>Open Service Mesh: <c>proxy-uuid.service-account.namespace</c>.</summary>
    private static MeshException? BootstrapNameHasItsForm(CertificateOrder order) =>
        order.Profile.Name == "XdsBootstrap" && !(order.Names.DnsNames.Length > 0 && order.Names.DnsNames.All(IsBootstrapName))
            ? IssuerErrors.NameForm(order.Profile.Name, "<proxy UUID>.<service account>.<namespace>", order.Names)
            : null;

    private static bool IsBootstrapName(string name)
    {
        string[] labels = name.Split('.');
        return labels.Length >= 3 && Guid.TryParseExact(labels[0], "D", out _);
    }

    private static MeshException? KeyAlgorithmAllowed(CertificateOrder order, IssuancePolicy policy, string issuer)
    {
        string name = PublicKeyInfo.Describe(order.SubjectPublicKeyInfo);
        return policy.AllowedKeyAlgorithms.IsEmpty || policy.AllowedKeyAlgorithms.Any(allowed => allowed.ToString() == name)
            ? null
            : IssuerErrors.PolicyKeyAlgorithm(issuer, name, policy);
    }

    private static MeshException? LifeAllowed(CertificateOrder order, IssuancePolicy policy, string issuer)
    {
        TimeSpan asked = order.ValidFor ?? order.Profile.UsualLife;
        return policy.LongestLife is { } longest && asked > longest ? IssuerErrors.PolicyLife(issuer, asked, longest) : null;
    }

    private static MeshException? DnsNamesAllowed(CertificateOrder order, IssuancePolicy policy, string issuer) =>
        FirstRefused(order.Names.DnsNames, policy, name => IsDnsNameAllowed(name, policy)) is { } refused
            ? IssuerErrors.PolicyName(issuer, "DNS name", refused, policy.AllowedDnsNames, "-AllowedDnsName")
            : null;

    private static MeshException? UrisAllowed(CertificateOrder order, IssuancePolicy policy, string issuer) =>
        FirstRefused(order.Names.Uris, policy, uri => policy.AllowedUriPrefixes.Any(prefix => IsBelow(uri, prefix))) is { } refused
            ? IssuerErrors.PolicyName(issuer, "URI", refused, policy.AllowedUriPrefixes, "-AllowedUriPrefix")
            : null;

    private static MeshException? IpAddressesAllowed(CertificateOrder order, IssuancePolicy policy, string issuer) =>
        FirstRefused(order.Names.IpAddresses, policy, address => policy.AllowedIpAddresses.Any(network => Contains(network, address))) is { } refused
            ? IssuerErrors.PolicyName(issuer, "IP address", refused.ToString(), policy.AllowedIpAddresses, "-AllowedIPAddress")
            : null;

    private static MeshException? EmailAddressesAllowed(CertificateOrder order, IssuancePolicy policy, string issuer) =>
        FirstRefused(order.Names.EmailAddresses, policy, _ => false) is { } refused
            ? IssuerErrors.PolicyName(issuer, "e-mail address", refused, [], "another authority")
            : null;

    /// <summary>
    /// Software also takes common names for hosts, and other parts of the subject for groups (Kubernetes: <c>O=system:masters</c>),
    /// so neither slips past a rule on names: a common name must be allowed as a DNS name, and any other part stand in the
    /// authority's own subject.
    /// </summary>
    private static MeshException? SubjectAllowed(CertificateOrder order, IssuancePolicy policy, string issuer, DistinguishedName issuerSubject)
    {
        if (!policy.RestrictsNames)
        {
            return null;
        }

        HashSet<NameAttribute> own = [.. DistinguishedNameText.Read(issuerSubject.Encoded).SelectMany(part => part)];
        foreach (NameAttribute attribute in DistinguishedNameText.Read(order.Subject.Encoded).SelectMany(part => part))
        {
            bool isCommonName = attribute.Oid == Oids.CommonName;
            bool allowed = isCommonName
                ? order.Names.DnsNames.Contains(attribute.Value) || IsDnsNameAllowed(attribute.Value, policy)
                : own.Contains(attribute);
            if (!allowed)
            {
                return isCommonName
                    ? IssuerErrors.PolicyName(issuer, "common name", attribute.Value, policy.AllowedDnsNames, "-AllowedDnsName")
                    : IssuerErrors.PolicySubject(issuer, $"{DistinguishedNameText.Keyword(attribute.Oid)}={attribute.Value}");
            }
        }

        return null;
    }

    /// <summary>What is below a prefix as it stands may be elsewhere once dot segments are resolved (RFC 3986 §5.2.4).</summary>
    private static bool HasDotSegment(string uri) =>
        uri.Contains("/.", StringComparison.Ordinal) || uri.Contains("%2e", StringComparison.OrdinalIgnoreCase);

    private static MeshException? KeyIsStrong(CertificateOrder order)
    {
        string algorithm = PublicKeyInfo.Describe(order.SubjectPublicKeyInfo);
        return PublicKeyInfo.IsStrong(algorithm) ? null : IssuerErrors.KeyTooWeak(algorithm);
    }

    private static T? FirstRefused<T>(IEnumerable<T> names, IssuancePolicy policy, Func<T, bool> allowed)
        where T : class =>
        policy.RestrictsNames ? names.FirstOrDefault(name => !allowed(name)) : null;

    private static bool IsDnsNameAllowed(string name, IssuancePolicy policy) =>
        policy.AllowedDnsNames.Any(rule =>
            rule == "*"
            || rule.Equals(name, StringComparison.OrdinalIgnoreCase)
            || (rule.StartsWith("*.", StringComparison.Ordinal) && IsBelowDomain(name, rule.AsSpan(1))));

    /// <summary>A common name may hold anything, even a NUL at which old software stops reading: only a host name is below a domain.</summary>
    private static bool IsBelowDomain(ReadOnlySpan<char> name, ReadOnlySpan<char> domain) =>
        name.Length > domain.Length
        && name.EndsWith(domain, StringComparison.OrdinalIgnoreCase)
        && !name.ContainsAnyExcept(s_hostName);

    private static bool IsBelow(string uri, string prefix) =>
        prefix == "*"
        || (uri.StartsWith(prefix, StringComparison.Ordinal) && !HasDotSegment(uri) && (prefix.EndsWith('/') || uri.Length == prefix.Length || uri[prefix.Length] == '/'));

    private static bool Contains(string network, IPAddress address) =>
        network == "*"
        || (IPNetwork.TryParse(network, out IPNetwork range) && range.Contains(address))
        || (IPAddress.TryParse(network, out IPAddress? single) && single.Equals(address));
}
