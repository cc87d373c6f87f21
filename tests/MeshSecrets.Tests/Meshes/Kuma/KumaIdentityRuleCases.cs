using MeshSecrets.Tests.Certificates.Forging;
using MeshSecrets.Tests.Meshes.Rules;

namespace MeshSecrets.Tests.Meshes.Kuma;

/// <summary>Cases of the rules about MeshIdentity and MeshTrust.</summary>
internal sealed class KumaIdentityRuleCases : IRuleCases
{
    private const string Secrets = "      ca:\n        certificate:\n          type: Secret\n          secretRef:\n            kind: Secret\n            name: c\n        privateKey:\n          type: Secret\n          secretRef:\n            kind: Secret\n            name: k\n";
    private const string Autogenerate = "      insecureAllowSelfSigned: true\n      autogenerate:\n        enabled: true\n";
    private static readonly string s_good = Bundled(Secrets);
    private static readonly ForgedCertificate s_expired = CertificateForge.Root(change: recipe => recipe.NotAfter = CertificateForge.Now.AddDays(-1));

    public IEnumerable<RuleCase> Cases =>
    [
        .. Of("Kuma3ProviderType", [s_good, Identity("  provider:\n    type: Spire\n    spire: {}\n")], [Identity("  provider:\n    type: bundled\n"), Identity("  provider:\n    type: Spire\n")]),
        .. Of("Kuma3BundledCa", [s_good, Bundled(Autogenerate)], [Bundled(""), Bundled(Autogenerate + Secrets), s_good.Replace("privateKey", "key", StringComparison.Ordinal)]),
        .. Of("Kuma3SelfSigned", [s_good, Bundled(Autogenerate)], [Bundled("      autogenerate:\n        enabled: true\n")]),
        .. Of(
            "Kuma3DataSource",
            [s_good, s_good.Replace("type: Secret\n          secretRef:\n            kind: Secret\n            name: k", "type: File\n          file:\n            path: /k", StringComparison.Ordinal)],
            [s_good.Replace("kind: Secret", "kind: secret", StringComparison.Ordinal), s_good.Replace("name: k", "name: \"\"", StringComparison.Ordinal), s_good.Replace("          type: Secret\n", "", StringComparison.Ordinal), File("k"), File("/a/../k"), s_good.Replace("type: Secret", "type: Vault", StringComparison.Ordinal), s_good.Replace("type: Secret", "type: EnvVar", StringComparison.Ordinal)]),
        .. Of("Kuma3InlinePrivateKey", [s_good], [s_good.Replace("type: Secret\n          secretRef:\n            kind: Secret\n            name: k", "type: InsecureInline\n          insecureInline:\n            value: x", StringComparison.Ordinal)]),
        .. Of("Kuma3NoSelector", [s_good], [s_good.Replace("selector", "select", StringComparison.Ordinal)]),
        .. Of("Kuma3ExpiryFormat", [s_good, Bundled(Secrets + "      certificateParameters:\n        expiry: 24h\n")], [Bundled(Secrets + "      certificateParameters:\n        expiry: 5d\n"), Bundled(Secrets + "      certificateParameters:\n        expiry: 0s\n")]),
        .. Of("Kuma3TrustDomain", [Trust("td", CertificateForge.Root().Pem)], [Trust("\"\"", CertificateForge.Root().Pem), Trust(new string('d', 254), CertificateForge.Root().Pem)]),
        .. Of("Kuma3TrustBundle", [Trust("td", CertificateForge.Root().Pem)], [Trust("td", CertificateForge.Root().KeyPem), Trust("td", "x\n"), "type: MeshTrust\nname: t\nspec:\n  trustDomain: td\n  caBundles: []\n"]),
        .. Of("Kuma3TrustExpired", [Trust("td", CertificateForge.Root().Pem)], [Trust("td", s_expired.Pem)]),
    ];

    private static IEnumerable<RuleCase> Of(string rule, string[] keep, string[] breaks) => KumaCases.OfYaml("Kuma3", rule, keep, breaks);

    private static string Identity(string spec) => $"type: MeshIdentity\nmesh: default\nname: id\nspec:\n  selector:\n    dataplane:\n      matchLabels: {{}}\n{spec}";

    private static string Bundled(string rest) => Identity($"  provider:\n    type: Bundled\n    bundled:\n      meshTrustCreation: Enabled\n{rest}");

    private static string File(string path) =>
        s_good.Replace("type: Secret\n          secretRef:\n            kind: Secret\n            name: k", $"type: File\n          file:\n            path: {path}", StringComparison.Ordinal);

    private static string Trust(string domain, string pem) =>
        $"type: MeshTrust\nmesh: default\nname: t\nspec:\n  trustDomain: {domain}\n  caBundles:\n  - type: Pem\n    pem:\n      value: |\n        {pem.TrimEnd().Replace("\n", "\n        ", StringComparison.Ordinal)}\n";
}
