using MeshSecrets.Certificates;
using MeshSecrets.Meshes.Rules;
using static MeshSecrets.Meshes.Istio.Rules.IstioSubject;

namespace MeshSecrets.Meshes.Istio.Rules;

/// <summary>What works, and what those who run Istio wished they had known.</summary>
internal static class IstioCaAdviceRules
{
    /// <summary>The life of a workload's certificate unless istiod is told otherwise, and the life of an authority that istiod makes.</summary>
    private static readonly TimeSpan s_workloadLife = TimeSpan.FromHours(24);
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(3650);

    internal static MeshRule LifeShort { get; } = new(
        "IstioCaLifeShort",
        RuleSeverity.Warning,
        "istiod gives workloads no longer life than the authority has left: they renew ever faster, and stop at its end.",
        "Plug in a new authority under the same root now; istiod takes it without a restart.",
        "istio/istio security/pkg/pki/ca/ca.go minTTL; security/pkg/cmd/constants.go (24 h)",
        Ca((ca, subject) => ca.NotAfter >= subject.Context.Now && ca.NotAfter - subject.Context.Now < s_workloadLife ? $"ends at {ca.NotAfter:u}, sooner than what it signs would" : null));

    internal static MeshRule LifeLong { get; } = new(
        "IstioCaLifeLong",
        RuleSeverity.Advice,
        "Works. Nothing reminds anyone of it until it ends, and a key that is lost serves whoever has it for as long.",
        "Make the cluster's authority for a year or two (New-MeshCa -ValidFor 365d), and only the root for ten.",
        "istio/istio security/pkg/cmd/constants.go (3650 d); tools/certs/README.md",
        subject => from certificate in subject.Chain.Take(1).Concat(subject.Roots).DistinctBy(certificate => certificate.Thumbprint)
                   let life = certificate.NotAfter - certificate.NotBefore
                   where life > s_longest + TimeSpan.FromDays(1)
                   select $"{certificate} lives {(int)life.TotalDays} days");

    internal static MeshRule RootSigns { get; } = new(
        "IstioCaRootSigns",
        RuleSeverity.Advice,
        "Works. The root's key lies in the cluster, and a new authority means a new root: every workload must learn to trust it first.",
        "Keep the root elsewhere and plug in an authority below it: New-MeshCa cluster1 -Issuer root-ca -PathLength 0.",
        "https://istio.io/latest/docs/tasks/security/cert-management/plugin-ca-cert/",
        Ca((ca, subject) => ca.IsCa && IsRoot(ca) && subject.Key is not null && !(subject.Secret is { } secret && IsGenerated(secret)) ? "is a root, and its key would lie in the cluster" : null));

    internal static MeshRule RsaLarge { get; } = new(
        "IstioCaRsaLarge",
        RuleSeverity.Advice,
        "Works. Each signature costs istiod many times what an EC key would, and each handshake carries and verifies the larger certificate.",
        "Take an EC key: New-MeshCa -KeyAlgorithm P256; istiod then makes its own keys so, too.",
        "istio/istio security/pkg/pki/ca/ca.go GenKeyCert; tools/certs/common.mk (4096)",
        Ca((ca, _) => ca.KeyAlgorithm.StartsWith("Rsa", StringComparison.Ordinal) && int.TryParse(ca.KeyAlgorithm.AsSpan(3), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out int bits) && bits >= 4096
            ? $"has an RSA key of {bits} bits, where an EC key would do" : null));

    internal static MeshRule IstiodName { get; } = new(
        "IstioCaIstiodName",
        RuleSeverity.Advice,
        "Works: istiod asks for no name in it. Istio's own tool names istiod.istio-system.svc in each cluster's authority, and people and scanners tell by it what the authority is for.",
        "Leave it so, or name it when the authority is made next.",
        "istio/istio tools/certs/common.mk (INTERMEDIATE_SAN_DNS)",
        Ca((ca, _) => ca.IsCa && !IsRoot(ca) && !ca.Names.IsEmpty && !ca.Names.DnsNames.Any(name => name.StartsWith("istiod", StringComparison.Ordinal))
            ? $"has the names {ca.Names}, and istiod is not among them" : null));

    internal static MeshRule NameConstrained { get; } = new(
        "IstioCaNameConstrained",
        RuleSeverity.Warning,
        "Proxies refuse a workload whose SPIFFE ID (its URI's host is the trust domain) or istiod whose DNS names the constraints leave out.",
        "Make sure that the constraints allow URI <trust domain> and DNS istiod.istio-system.svc, or make the authority without.",
        "RFC 5280 section 4.2.1.10",
        subject => from certificate in subject.Chain
                   where certificate.FindExtension(Oids.NameConstraints) is not null
                   select $"{certificate} has name constraints");

    internal static MeshRule KeyIdentifiers { get; } = new(
        "IstioCaKeyIdentifiers",
        RuleSeverity.Warning,
        "While a root is changed for another one of the same name, as Istio's sample tool names all of them, verifiers take the wrong one and refuse the chain.",
        "Make the authority anew with subjectKeyIdentifier and authorityKeyIdentifier, as New-MeshCa does.",
        "RFC 5280 sections 4.2.1.1 and 4.2.1.2",
        subject => from certificate in subject.Chain.Where(certificate => certificate.IsCa)
                   let lacks = certificate.SubjectKeyIdentifier.IsEmpty ? "subjectKeyIdentifier" : !IsRoot(certificate) && certificate.AuthorityKeyIdentifier.IsEmpty ? "authorityKeyIdentifier" : null
                   where lacks is not null
                   select $"{certificate} has no {lacks}");
}
