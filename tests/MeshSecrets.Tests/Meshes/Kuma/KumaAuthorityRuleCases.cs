using MeshSecrets.Certificates.Profiles;
using MeshSecrets.Meshes.Rules;
using MeshSecrets.Tests.Certificates.Forging;
using MeshSecrets.Tests.Meshes.Rules;

namespace MeshSecrets.Tests.Meshes.Kuma;

/// <summary>Cases of the rules about the certificate and key of an authority, of Kuma 0.4, 2 and 3.</summary>
internal sealed class KumaAuthorityRuleCases : IRuleCases
{
    private const KeyUsages Signs = KeyUsages.KeyCertSign | KeyUsages.CrlSign;
    private static readonly ForgedCertificate s_root = CertificateForge.Root();
    private static readonly ForgedCertificate s_other = CertificateForge.Root("CN=Other", recipe => recipe.Key = ForgedKey.Ec("other"));
    private static readonly ForgedCertificate s_mesh = CertificateForge.Intermediate(s_root);
    private static readonly ForgedCertificate s_leaf = CertificateForge.Leaf(s_root);

    private static readonly string s_provided = KumaCases.Mesh(KumaCases.Backend("provided", "    conf:\n      cert:\n        secret: web-cert\n      key:\n        secret: web-key\n"));

    public IEnumerable<RuleCase> Cases =>
    [
        .. Of("KumaKeyPair", [() => Chain(s_root), TwoSecrets(s_root, s_root), NoAuthority, () => Referred(certificate: s_root, key: s_root, namesake: s_other)], [() => Chain(s_root) with { Key = s_leaf.KeyFacts }, TwoSecrets(s_root, s_other), () => Referred(certificate: s_root, key: s_other, namesake: s_root)]),
        .. Of(
            "KumaCertificateAndKeyMixedUp",
            [() => Referred(s_root, s_root, s_other)],
            [() => UsedIn("web-cert", s_root.KeyPem), () => UsedIn("web-key", s_root.Pem), () => UsedIn("web-cert", "no material")]),
        .. Of("KumaKeyPem", [() => Chain(s_root)], [() => Chain(s_root) with { Key = s_root.KeyFacts with { Label = "" } }]),
        .. Of("KumaBasicConstraints", [() => Chain(s_mesh, s_root), NoAuthority], [() => Chain(s_leaf), () => Chain(s_mesh, s_leaf), GatewayCertificateAsAuthority]),
        .. Of("KumaKeyCertSign", [() => Chain(s_root)], [() => Chain(Usage(KeyUsages.CrlSign)), () => Chain(Usage(null))]),
        .. Of("KumaKeyAgreement", [() => Chain(s_root)], [() => Chain(Usage(Signs | KeyUsages.KeyAgreement)), () => Chain(s_mesh, Usage(Signs | KeyUsages.KeyAgreement))]),
        .. Of("KumaLeafKeyUsage", [() => Chain(s_root)], [() => Chain(Usage(Signs | KeyUsages.DigitalSignature))]),
        .. Of("KumaChainOrder", [() => Chain(s_mesh, s_root), () => Chain(s_root, s_other)], [() => Chain(s_root, s_mesh)]),
        .. Of("KumaCaNotValid", [() => Chain(s_root)], [() => Chain(Until(-1)), () => Chain(CertificateForge.Root(change: recipe => recipe.NotBefore = CertificateForge.Now.AddDays(1)))]),
        .. Of("KumaWorkloadOutlivesCa", [() => Chain(Until(2)), () => Chain(Until(-1))], [() => Chain(Until(0.5)), LongLivedWorkloads]),
        .. KumaCases.Of("Kuma04", "Kuma04WorkloadOutlivesCa", [() => Chain(Until(91))], [() => Chain(Until(89))]),
        .. KumaCases.Of("Kuma3", "Kuma3WorkloadOutlivesCa", [() => Chain(Until(6))], [() => Chain(Until(4))]),

        .. KumaCases.Of("Kuma04", "Kuma04SingleCertificate", [() => Chain(s_root)], [() => Chain(s_mesh, s_root)]),
        .. KumaCases.Of("Kuma04", "Kuma04SelfSigned", [() => Chain(s_root)], [() => Chain(s_mesh)]),
        .. KumaCases.Of("Kuma04", "Kuma04DigitalSignature", [() => Chain(s_root)], [() => Chain(Usage(Signs | KeyUsages.DigitalSignature))]),
        .. KumaCases.Of("Kuma04", "Kuma04KeyEncipherment", [() => Chain(s_root)], [() => Chain(Usage(Signs | KeyUsages.KeyEncipherment))]),
        .. KumaCases.Of("Kuma3", "Kuma3RootGiven", [() => Chain(s_mesh, s_root), AllowedRoot], [() => Chain(s_root)]),
    ];

    private static IEnumerable<RuleCase> Of(string rule, Func<RuleSubject>[] keep, Func<RuleSubject>[] breaks) => KumaCases.Of("Kuma", rule, keep, breaks);

    private static RuleSubject Chain(ForgedCertificate certificate, params ForgedCertificate[] above) => RuleSecrets.Chain(certificate, above);

    private static ForgedCertificate Usage(KeyUsages? usage) => CertificateForge.Root(change: recipe => recipe.KeyUsage = usage);

    private static ForgedCertificate Until(double days) => CertificateForge.Root(change: recipe => recipe.NotAfter = CertificateForge.Now.AddDays(days));

    /// <summary>Certificate and key in secrets of their own, as Kuma has them.</summary>
    private static Func<RuleSubject> TwoSecrets(ForgedCertificate certificate, ForgedCertificate key) => () => KumaCases.With(
        KumaCases.Secret("ca-1-cert", "default", null, KumaCases.MeshType, ("value", certificate.Pem)),
        others: [KumaCases.Secret("ca-1-key", "default", null, KumaCases.MeshType, ("value", key.KeyPem))]);

    /// <summary>A backend names certificate and key by names of their own; a key that is only called so stands beside them.</summary>
    private static RuleSubject Referred(ForgedCertificate certificate, ForgedCertificate key, ForgedCertificate namesake) => KumaCases.With(
        Secret("web-cert", certificate.Pem),
        others: [Secret("web-key", namesake.KeyPem), Secret("own", key.KeyPem)],
        resources: [s_provided.Replace("web-key", "own", StringComparison.Ordinal)]);

    private static RuleSubject UsedIn(string name, string value) => KumaCases.With(Secret(name, value), resources: [s_provided]);

    private static RuleSubject Secret(string name, string value) => KumaCases.Secret(name, "default", null, KumaCases.MeshType, ("value", value));

    /// <summary>A secret of Kuma with the certificate of a gateway is no authority.</summary>
    private static RuleSubject NoAuthority() => KumaCases.With(
        KumaCases.Secret("web-cert", "default", null, KumaCases.MeshType, ("value", s_leaf.Pem)),
        others: [KumaCases.Secret("web-key", "default", null, KumaCases.MeshType, ("value", s_other.KeyPem))]);

    /// <summary>The same, once a backend says that it is one.</summary>
    private static RuleSubject GatewayCertificateAsAuthority() =>
        KumaCases.With(KumaCases.Secret("web-cert", "default", null, KumaCases.MeshType, ("value", s_leaf.Pem)), resources: [s_provided]);

    private static RuleSubject LongLivedWorkloads() => KumaCases.With(
        Chain(Until(20)), resources: [s_provided.Replace("    conf:", "    dpCert:\n      rotation:\n        expiration: 30d\n    conf:", StringComparison.Ordinal)]);

    private static RuleSubject AllowedRoot() => KumaCases.With(
        Chain(s_root), resources: ["type: MeshIdentity\nname: id\nspec:\n  provider:\n    type: Bundled\n    bundled:\n      insecureAllowSelfSigned: true\n"]);
}
