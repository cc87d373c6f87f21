using MeshSecrets.Meshes.Rules;
using MeshSecrets.Tests.Meshes.Kuma;
using MeshSecrets.Tests.Meshes.Rules;
using static MeshSecrets.Tests.Meshes.Kuma.KumaCases;

namespace MeshSecrets.Tests.Meshes.KongMesh;

/// <summary>Cases of the rules that only Kong Mesh has.</summary>
internal sealed class KongMeshRuleCases : IRuleCases
{
    private const string Arn = "arn:aws:acm-pca:eu-west-1:123456789012:certificate-authority/11111111-2222-3333-4444-555555555555";
    private const string Role = "allowed_uri_sans: [\"spiffe://default/*\", \"kuma://*\"]\nkey_usage: [KeyEncipherment, KeyAgreement, DigitalSignature]\nrequire_cn: false\nttl: 720h\n";
    private const string Token = "        auth:\n          token:\n            secret: t\n";

    private static readonly string s_vault = Vault("        address: https://vault:8200\n" + Token);
    private static readonly string s_one = Mesh(Backend("builtin"));
    private static readonly string s_both = Mesh(Backend("builtin") + Backend("builtin", name: "ca-2"));

    public IEnumerable<RuleCase> Cases =>
    [
        .. KumaCases.Of(
            "KongMesh",
            "KongMeshRotationStep",
            [Beside(s_one, s_both), Beside(s_both, s_both.Replace("Backend: ca-1", "Backend: ca-2", StringComparison.Ordinal))],
            [Beside(s_one, s_both.Replace("Backend: ca-1", "Backend: ca-2", StringComparison.Ordinal)), Beside(Mesh(Backend("builtin", name: "ca-2"), "  enabledBackend: ca-2\n"), s_one)]),
        .. Of("KongMeshVaultConf", [s_vault, s_one], [Mesh(Backend("vault")), s_vault.Replace("pki: p", "mount: p", StringComparison.Ordinal), Vault(Token)]),
        .. Of("KongMeshVaultAuthentication", [s_vault, Vault("        agentAddress: http://localhost:8100\n")], [Vault("        address: https://vault:8200\n"), s_vault.Replace("        auth:\n", "        auth:\n          aws:\n            type: IAM\n", StringComparison.Ordinal)]),
        .. Of("KongMeshVaultTransport", [s_vault], [s_vault.Replace("https", "http", StringComparison.Ordinal), s_vault.Replace("        auth:\n", "        tls:\n          skipVerify: true\n        auth:\n", StringComparison.Ordinal)]),
        .. Of("KongMeshInlineCredential", [s_vault], [s_vault.Replace("secret: t", "inlineString: x", StringComparison.Ordinal), Acm(Arn, "      auth:\n        awsCredentials:\n          accessKey:\n            inline: eA==\n")]),
        .. Of("KongMeshVaultRoleKeyUsage", [Role], [Role.Replace("KeyEncipherment", "KeyUsageKeyEncipherment", StringComparison.Ordinal), "data:\n  allowed_uri_sans: \"*\"\n  key_usage: KeyEncipherment,KeyUsageKeyAgreement\n"]),
        .. KumaCases.Of(
            "KongMesh",
            "KongMeshVaultRoleUriSans",
            [Yaml(Role), ForMesh(Role, "default"), Yaml("key_usage: []\nallowed_uri_sans: \"*\"\n")],
            [Yaml("key_usage: []\n"), ForMesh(Role, "shop"), Yaml(Role.Replace("kuma://*", "kuma://x", StringComparison.Ordinal))]),
        .. Of("KongMeshVaultRoleCommonName", [Role], [Role.Replace("require_cn: false", "require_cn: true", StringComparison.Ordinal)]),
        .. Of("KongMeshAcmArn", [Acm(Arn), s_one], [Acm("arn:aws:acm-pca:eu-west-1:123456789:certificate-authority/11111111-2222-3333-4444-555555555555"), Acm("\"\""), Acm(Arn.Replace("eu-west-1", "", StringComparison.Ordinal))]),
        .. Of(
            "KongMeshAcmCredentials",
            [Acm(Arn), Acm(Arn, "      auth:\n        awsCredentials:\n          accessKey:\n            secret: a\n          accessKeySecret:\n            secret: b\n")],
            [Acm(Arn, "      auth:\n        awsCredentials:\n          accessKey:\n            secret: a\n")]),
        .. Of("KongMeshCertManagerIssuer", [CertManager("      issuerRef:\n        name: i\n")], [CertManager("      issuerRef:\n        kind: Issuer\n")]),
        .. Of("KongMeshCertManagerCa", [CertManager("      caCert:\n        secret: c\n")], [CertManager("      issuerRef:\n        name: i\n")]),
        .. Of("KongMeshCertManagerUniversal", [OnKubernetes, s_one], [CertManager("      issuerRef:\n        name: i\n")]),
    ];

    private static string OnKubernetes => "apiVersion: kuma.io/v1alpha1\nkind: Mesh\nmetadata:\n  name: default\nspec:\n  mtls:\n    backends:\n    - name: ca-1\n      type: certmanager\n";

    private static IEnumerable<RuleCase> Of(string rule, string[] keep, string[] breaks) => OfYaml("KongMesh", rule, keep, breaks);

    private static Func<RuleSubject> ForMesh(string yaml, string mesh) => () => With(Yaml(yaml)(), mesh);

    private static string Vault(string rest) => Mesh(Backend("vault", $"    conf:\n      fromCp:\n        pki: p\n        role: r\n{rest}"));

    private static string Acm(string arn, string rest = "") => Mesh(Backend("acmpca", $"    conf:\n      arn: {arn}\n{rest}"));

    private static string CertManager(string conf) => Mesh(Backend("certmanager", $"    conf:\n{conf}"));
}
