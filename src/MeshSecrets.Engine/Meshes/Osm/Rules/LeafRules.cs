using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Keys;
using MeshSecrets.Certificates.Profiles;
using MeshSecrets.Meshes.Rules;
using static MeshSecrets.Meshes.Osm.Rules.OsmSubject;

namespace MeshSecrets.Meshes.Osm.Rules;

/// <summary>Rules about certificates that OSM issues, or that others issue in its place.</summary>
internal static class LeafRules
{
    private const string Issuer = "openservicemesh/osm pkg/certificate/providers/tresor/certificate_manager.go";

    internal static MeshRule CommonName { get; } = new(
        "OsmLeafCommonName",
        RuleSeverity.Error,
        "OSM's control plane reads a proxy's identity from the common name, and closes the connection of one that has none.",
        "Issue it with the name as common name and DNS name: New-MeshTlsKey -Profile XdsBootstrap or Service -DnsName <name> -Subject CN=<name>.",
        "openservicemesh/osm v0.6.0 pkg/catalog/xds_certificates.go (getCertificateCommonNameMeta)",
        Leaf((leaf, _) => string.IsNullOrEmpty(leaf.Subject.CommonName) ? "has no common name" : null));

    internal static MeshRule NamesAgree { get; } = new(
        "OsmLeafNamesDiffer",
        RuleSeverity.Error,
        "Proxies look for the DNS name that OSM derives from the common name, do not find it, and refuse the connection.",
        "Issue it anew with one name in both places.",
        $"{Issuer} (DNSNames: cn)",
        Leaf((leaf, _) => leaf.Subject.CommonName is { Length: > 0 } name && !leaf.Names.DnsNames.Contains(name, StringComparer.OrdinalIgnoreCase) ? $"has the common name '{name}', which is not among its DNS names ({string.Join(", ", leaf.Names.DnsNames)})" : null));

    internal static MeshRule NameForm { get; } = new(
        "OsmLeafName",
        RuleSeverity.Warning,
        "No policy of the mesh means it: OSM knows service accounts as <service account>.<namespace>.<trust domain>, proxies as <UUID>.<service account>.<namespace>.",
        "Issue it with such a name, or give the trust domain if it is not cluster.local.",
        "OSM's guide to certificates (types of certificates); openservicemesh/osm pkg/certificate/options.go",
        Leaf((leaf, subject) => IsMutual(leaf) && leaf.Names.DnsNames.Length > 0 && KindOf(leaf, subject) is null ? $"has the name '{leaf.Names.DnsNames[0]}', which is of no kind that OSM issues in the trust domain {TrustDomainOf(subject)}" : null));

    internal static MeshRule KeyUsage { get; } = new(
        "OsmLeafKeyUsage",
        RuleSeverity.Warning,
        "Proxies that check key usages refuse the handshake: TLS 1.3 needs digitalSignature, and RSA key exchange of TLS 1.2 keyEncipherment.",
        "Issue it with New-MeshTlsKey -Profile Service, which sets what its key needs.",
        $"{Issuer} (KeyUsageKeyEncipherment | KeyUsageDigitalSignature)",
        Leaf((leaf, _) => leaf.KeyUsages is { } usages && Missing(usages, PublicKeyInfo.IsRsa(leaf.SubjectPublicKeyInfo.Span)) is { } missing ? $"has the key usages {usages}, without {missing}" : null));

    internal static MeshRule ExtendedKeyUsage { get; } = new(
        "OsmLeafExtendedKeyUsage",
        RuleSeverity.Error,
        "A proxy is server to some and client to others; the side whose usage is missing refuses every connection.",
        "Issue it with New-MeshTlsKey -Profile Service or XdsBootstrap, which set serverAuth and clientAuth.",
        $"{Issuer} (ExtKeyUsageClientAuth, ExtKeyUsageServerAuth)",
        Leaf((leaf, subject) => IsOfProxy(leaf, subject) && !leaf.ExtendedKeyUsages.IsEmpty && !IsMutual(leaf) ? $"has the extended key usages {string.Join(", ", leaf.ExtendedKeyUsages.Select(ExtendedKeyUsageName.FromOid))}" : null));

    internal static MeshRule LifeOfService { get; } = new(
        "OsmServiceLife",
        RuleSeverity.Warning,
        "OSM renews service certificates by itself when they near their end; one that lives for months is trusted for months after its key was lost, and there is no revocation.",
        "Issue it for 24h, as OSM does (serviceCertValidityDuration).",
        "openservicemesh/osm charts/osm/values.yaml (serviceCertValidityDuration: 24h)",
        Leaf((leaf, subject) => KindOf(leaf, subject) == OsmCertificateKind.Service && LifeOf(leaf) > TimeSpan.FromDays(30) ? $"is a service's certificate of {Duration.Format(LifeOf(leaf))}" : null));

    private static bool IsMutual(CertificateInfo leaf) => leaf.ExtendedKeyUsages.Contains(Oids.ServerAuth) && leaf.ExtendedKeyUsages.Contains(Oids.ClientAuth);

    private static bool IsOfProxy(CertificateInfo leaf, RuleSubject subject)
    {
        OsmCertificateKind? kind = KindOf(leaf, subject);
        return kind == OsmCertificateKind.Service || kind == OsmCertificateKind.XdsBootstrap;
    }

    private static string? Missing(KeyUsages usages, bool isRsa) =>
        (usages & KeyUsages.DigitalSignature) == 0 ? "digitalSignature"
        : isRsa && (usages & KeyUsages.KeyEncipherment) == 0 ? "keyEncipherment"
        : null;
}
