using MeshSecrets.Tests.Meshes.Rules;
using static MeshSecrets.Tests.Meshes.Kuma.KumaCases;

namespace MeshSecrets.Tests.Meshes.Kuma;

/// <summary>Cases of the rules about the Mesh resource.</summary>
internal sealed class KumaMeshRuleCases : IRuleCases
{
    private const string Conf = "    conf:\n      cert:\n        secret: c\n      key:\n        secret: k\n";
    private static readonly string s_good = Mesh(Backend("provided", Conf));
    private static readonly string s_two = Mesh(Backend("builtin") + Backend("builtin", name: "ca-2"));

    public IEnumerable<RuleCase> Cases =>
    [
        .. Kuma("KumaOneBackend", [s_good], [s_two]),
        .. Kuma("KumaBackendNameTwice", [s_two], [Mesh(Backend("builtin") + Backend("builtin"))]),
        .. Kuma("KumaEnabledBackend", [s_good, Mesh(Backend("builtin"), "")], [Mesh(Backend("builtin", name: "ca-9"))]),
        .. Kuma("KumaNothingEnabled", [s_good, "type: Mesh\nname: default\n"], [Mesh(Backend("builtin"), "")]),
        .. Kuma("KumaSkipValidation", [s_good], [Mesh(Backend("builtin"), "  enabledBackend: ca-1\n  skipValidation: true\n")]),
        .. Of(
            "Kuma",
            "KumaCaChanged",
            [Beside(s_good, s_good), Beside(s_good, Mesh(Backend("builtin", name: "x"), "")), Beside(s_good, Mesh(Backend("builtin", name: "x"), "  enabledBackend: x\n", name: "other"))],
            [Beside(s_good, Mesh(Backend("builtin", name: "x"), "  enabledBackend: x\n"))]),
        .. Kuma("KumaMeshName", [s_good], [Mesh(Backend("builtin"), name: new string('m', 64))]),
        .. Kuma("KumaBuiltinBackendName", [Mesh(Backend("builtin"))], [Mesh(Backend("builtin", name: "CA_1")), Mesh(Backend("builtin", name: "ca 1"))]),
        .. Kuma("KumaOldMtlsFields", [s_good], ["type: Mesh\nname: default\nmtls:\n  enabled: true\n  ca:\n    builtin: {}\n"]),

        .. Kuma("KumaConfMisspelt", [s_good], [s_good.Replace("conf:", "config:", StringComparison.Ordinal)]),
        .. Kuma("KumaBackendType", [s_good, Mesh(Backend("builtin"))], [Mesh(Backend("vault")), Mesh("  - name: ca-1\n")]),
        .. OfYaml("KongMesh", "KongMeshBackendType", [Mesh(Backend("vault")), s_good], [Mesh(Backend("spire"))]),
        .. Kuma(
            "KumaProvidedConf",
            [s_good, Mesh(Backend("builtin"))],
            [Mesh(Backend("provided")), s_good.Replace("secret: k", "secret: \"\"", StringComparison.Ordinal), s_good.Replace("secret: c", "name: c", StringComparison.Ordinal), s_good.Replace("key:", "private:", StringComparison.Ordinal)]),
        .. Kuma("KumaInlinePrivateKey", [s_good], [s_good.Replace("secret: k", "inline: eA==", StringComparison.Ordinal), s_good.Replace("secret: k", "inlineString: x", StringComparison.Ordinal)]),
        .. Of(
            "Kuma",
            "KumaBackendSecretMissing",
            [Yaml(s_good), Yaml(s_good, Stored("c", "default"), Stored("k", "default")), Yaml(Mesh(Backend("builtin")), Stored("c", "default"))],
            [Yaml(s_good, Stored("c", "default"))]),
        .. Of(
            "Kuma",
            "KumaBackendSecretOfOtherMesh",
            [Yaml(s_good, Stored("c", "default"), Stored("k", "default"))],
            [Yaml(s_good, Stored("c", "default"), Stored("k", "m2")), Yaml(s_good, Stored("c", "default"), Secret("k", null, null, GlobalType, ("value", "x")))]),
        .. Kuma(
            "KumaExpirationFormat",
            [s_good, Mesh(Backend("builtin", "    dpCert:\n      rotation:\n        expiration: 90m\n")), Mesh(Backend("builtin", "    dpCert:\n      rotation:\n        expiration: 1y\n"))],
            [Mesh(Backend("builtin", "    dpCert:\n      rotation:\n        expiration: 1h30m\n")), Mesh(Backend("builtin", "    dpCert:\n      requestTimeout: 5s\n"))]),
        .. Kuma("KumaCaExpirationFormat", [Mesh(Builtin("expiration: 10y")), Mesh(Backend("builtin"))], [Mesh(Builtin("expiration: 10 years"))]),
        .. Kuma("KumaWorkloadOutlivesRoot", [Mesh(Builtin("expiration: 10y"))], [Mesh(Builtin("expiration: 12h"))]),
        .. Kuma("KumaRsaBits", [Mesh(Builtin("RSAbits: 4096"))], [Mesh(Builtin("RSAbits: 1024")), Mesh(Builtin("RSAbits: many"))]),
        .. Kuma("KumaBackendMode", [s_good, Mesh(Backend("builtin", "    mode: PERMISSIVE\n"))], [Mesh(Backend("builtin", "    mode: permissive\n"))]),
        .. Kuma("KumaPermissive", [s_good, Mesh(Backend("builtin", "    mode: STRICT\n"))], [Mesh(Backend("builtin", "    mode: PERMISSIVE\n"))]),

        .. OfYaml("Kuma04", "Kuma04Backends", ["type: Mesh\nname: default\nmtls:\n  enabled: true\n  ca:\n    builtin: {}\n"], [s_good]),
        .. OfYaml("Kuma04", "Kuma04AuthorityMissing", ["type: Mesh\nname: default\nmtls:\n  enabled: true\n  ca:\n    provided: {}\n"], ["type: Mesh\nname: default\nmtls:\n  enabled: true\n"]),
        .. OfYaml("Kuma04", "Kuma04NotEnabled", ["type: Mesh\nname: default\nmtls:\n  enabled: true\n  ca:\n    builtin: {}\n"], ["type: Mesh\nname: default\nmtls:\n  ca:\n    builtin: {}\n"]),
        .. OfYaml("Kuma3", "Kuma3MtlsRemoved", ["type: Mesh\nname: default\n"], [s_good]),
        .. OfYaml("Kuma3", "Kuma3MeshName", ["type: Mesh\nname: default\n"], ["type: Mesh\nname: my_mesh\n", "type: Mesh\nname: 1mesh\n"]),
    ];

    private static IEnumerable<RuleCase> Kuma(string rule, string[] keep, string[] breaks) => OfYaml("Kuma", rule, keep, breaks);

    private static string Builtin(string setting) => Backend("builtin", $"    conf:\n      caCert:\n        {setting}\n");

    private static MeshSecrets.Meshes.Rules.RuleSubject Stored(string name, string mesh) => Secret(name, mesh, null, MeshType, ("value", "x"));
}
