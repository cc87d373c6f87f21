using MeshSecrets.Meshes.Rules;
using MeshSecrets.Tests.Certificates.Forging;
using MeshSecrets.Tests.Meshes.Rules;

namespace MeshSecrets.Tests.Meshes.Kuma;

/// <summary>Cases of the rules about Kuma's secrets and tokens.</summary>
internal sealed class KumaSecretRuleCases : IRuleCases
{
    private const string Cp = "kuma-system";

    public IEnumerable<RuleCase> Cases =>
    [
        .. Of("KumaGlobalSecretMesh", [() => Global("a", "tok")], [() => KumaCases.Secret("a", "default", null, KumaCases.GlobalType, ("value", "tok"))]),
        .. Of("KumaSecretValue", [() => Mesh("a", "tok")], [() => Mesh("a", ""), () => KumaCases.Secret("a", "default", Cp, KumaCases.MeshType, ("token", "tok"))]),
        .. Of("KumaSecretDataKeys", [() => Mesh("a", "tok")], [() => KumaCases.Secret("a", "default", Cp, KumaCases.MeshType, ("value", "tok"), ("note", "x"))]),
        .. Of("KumaSecretNamespace", [() => Mesh("a", "tok"), () => KumaCases.Secret("a", "default", null, KumaCases.MeshType, ("value", "tok"))], [() => Mesh("a", "tok", ns: "shop")]),
        .. KumaCases.Of("KongMesh", "KongMeshSecretNamespace", [() => Mesh("a", "tok", ns: "kong-mesh-system")], [() => Mesh("a", "tok")]),
        .. Of("KumaSecretInTwoMeshes", [() => KumaCases.With(Mesh("a", "tok"), others: [Mesh("b", "tok", mesh: "m2"), Mesh("a", "tok", mesh: "m2", ns: "other")])], [() => KumaCases.With(Mesh("a", "tok"), others: [Mesh("a", "tok", mesh: "m2")]), () => KumaCases.With(Mesh("a", "tok"), others: [Global("a", "tok")]), () => KumaCases.With(Global("a", "tok"), others: [Mesh("a", "tok")])]),
        .. Of("KumaSecretInTwoUniversalMeshes", [() => KumaCases.With(Mesh("a", "tok"), others: [Mesh("a", "tok", mesh: "m2")])], [() => KumaCases.With(Mesh("a", "tok", ns: null), others: [Mesh("a", "tok", mesh: "m2", ns: null)])]),
        .. Of("KumaSecretOfOtherMesh", [() => KumaCases.With(Mesh("a", "tok"), mesh: "default"), () => Mesh("a", "tok")], [() => KumaCases.With(Mesh("a", "tok"), mesh: "m2")]),
        .. Of("KumaSecretType", [() => Referred(KumaCases.MeshType, Cp), () => Referred("Opaque", ns: null)], [() => Referred("Opaque", Cp)]),

        .. Of(
            "KumaTokenSecretScope",
            [() => Global("user-token-signing-key-1", "x"), () => Mesh("dataplane-token-signing-key-default-1", "x"), () => Mesh("dataplane-token-revocations-default", "x"), () => Mesh("other", "x")],
            [() => Mesh("zone-token-revocations", "x"), () => Mesh("user-token-signing-key", "x"), () => Global("dataplane-token-signing-key-default", "x"), () => Mesh("dataplane-token-signing-key-other-1", "x")]),
        .. Of(
            "KumaSigningKeySerial",
            [() => Global("user-token-signing-key-2", "x"), () => Global("user-token-signing-key", "x"), () => Mesh("dataplane-token-signing-key-default-7", "x")],
            [() => Global("user-token-signing-key-new", "x"), () => Mesh("dataplane-token-signing-key-default-b", "x")]),
        .. Of("KumaSigningKeyForm", [() => Global("user-token-signing-key-1", ForgedKey.Rsa().TraditionalPem)], [() => Global("user-token-signing-key-1", ForgedKey.Rsa().Pem), () => Global("zone-token-signing-key-1", ForgedKey.Ec().TraditionalPem)]),
        .. Of("KumaSigningKeySize", [() => Global("user-token-signing-key-1", ForgedKey.Rsa().TraditionalPem)], [() => Global("user-token-signing-key-1", ForgedKey.Rsa(3072).TraditionalPem)]),
        .. Of(
            "KumaRevocationList",
            [() => Global("user-token-revocations", "0e120ec9-6b42-495d-9758-07b59fe86fb9,1f2"), () => Global("zone-token-revocations", "a,b\n")],
            [() => Global("user-token-revocations", "a, b"), () => Global("user-token-revocations", "a\nb"), () => Mesh("dataplane-token-revocations-default", "a,,b")]),
        .. Of("KumaTrailingNewline", [() => Mesh("a", "test"), () => Mesh("a", "one\ntwo\n"), () => Global("user-token-revocations", "a\n")], [() => Mesh("sample-secret", "test\n")]),
    ];

    private static IEnumerable<RuleCase> Of(string rule, Func<RuleSubject>[] keep, Func<RuleSubject>[] breaks) => KumaCases.Of("Kuma", rule, keep, breaks);

    private static RuleSubject Mesh(string name, string value, string mesh = "default", string? ns = Cp) => KumaCases.Secret(name, mesh, ns, KumaCases.MeshType, ("value", value));

    private static RuleSubject Global(string name, string value) => KumaCases.Secret(name, null, Cp, KumaCases.GlobalType, ("value", value));

    private static RuleSubject Referred(string type, string? ns) => KumaCases.With(
        KumaCases.Secret("my-key", "default", ns, type, ("value", "x")),
        resources: [KumaCases.Mesh(KumaCases.Backend("provided", "    conf:\n      cert:\n        file: /c\n      key:\n        secret: my-key\n"))]);
}
