using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Profiles;
using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Meshes.Rules;
using MeshSecrets.Secrets;
using MeshSecrets.Tests.Certificates.Forging;
using MeshSecrets.Tests.Meshes.Rules;

namespace MeshSecrets.Tests.Meshes.Istio;

internal sealed class IstioRuleCases : IRuleCases
{
    private const string Set = "Istio";

    private static readonly DateTimeOffset s_now = CertificateRecipe.Now;
    private static readonly ForgedCertificate s_root = CertificateForge.Root("CN=Root CA,O=Istio");
    private static readonly ForgedCertificate s_other = CertificateForge.Root("CN=Next Root CA,O=Istio", recipe => recipe.Key = ForgedKey.Ec("next"));
    private static readonly ForgedCertificate s_ca = Ca(s_root);

    public IEnumerable<RuleCase> Cases =>
    [
        .. Both("IstioCaKeysMissing", () => Cacerts(), () => Cacerts(without: "cert-chain.pem"), () => Subject("cacerts", "kubernetes.io/tls", ("tls.crt", s_ca.Pem), ("tls.key", s_ca.KeyPem)), () => Subject("istio-ca-secret", "istio.io/ca-root", ("ca-cert.pem", s_root.Pem))),
        .. Both("IstioCaNotCa", () => Cacerts(), () => Cacerts(ca: CertificateForge.Leaf(s_root))),
        .. Both("IstioCaNotValidNow", () => Cacerts(), () => Cacerts(ca: Ca(s_root, recipe => recipe.NotAfter = s_now.AddDays(-1))), () => Cacerts(ca: Ca(s_root, recipe => recipe.NotBefore = s_now.AddDays(1)))),
        .. Both("IstioCaChainBroken", () => Cacerts(), () => Cacerts(roots: s_other.Pem), () => Cacerts(ca: Ca(s_root, recipe => recipe.BreakSignature = true)), () => Cacerts(ca: Ca(Ca(s_root)))),
        .. Both("IstioCaEkuServerAuth", () => Cacerts(ca: Ca(s_root, recipe => recipe.ExtendedKeyUsage = [Oids.ServerAuth, Oids.ClientAuth])), () => Cacerts(ca: Ca(s_root, recipe => recipe.ExtendedKeyUsage = [Oids.ClientAuth]))),
        .. Both("IstioCaEkuClientAuth", () => Cacerts(ca: Ca(s_root, recipe => recipe.ExtendedKeyUsage = [Oids.AnyExtendedKeyUsage])), () => Cacerts(ca: Ca(s_root, recipe => recipe.ExtendedKeyUsage = [Oids.ServerAuth]))),
        .. Both("IstioCaKeyForm", () => Cacerts(key: s_ca.Key.TraditionalPem), () => Cacerts(key: "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n" + s_ca.Key.TraditionalPem), () => Cacerts(key: "no key")),
        .. Both("IstioCaKeyMismatch", () => Cacerts(), () => Cacerts(key: s_root.KeyPem)),
        .. Both("IstioCaCrlMissing", () => Cacerts(crl: Crl(s_ca)), () => Cacerts(crl: Crl(s_root)), () => Cacerts(crl: Crl(s_ca), chain: s_ca.Pem + s_root.Pem)),
        .. Both("IstioCaKeyCertSign", () => Cacerts(), () => Cacerts(ca: Ca(s_root, recipe => recipe.KeyUsage = KeyUsages.DigitalSignature))),
        .. Both("IstioCaBothLayouts", () => Cacerts(), () => Cacerts(more: ("tls.crt", s_ca.Pem))),
        .. Both("IstioCaCrlIgnored", () => Cacerts(crl: Crl(s_ca)), () => Tls(more: ("ca-crl.pem", Crl(s_ca)))),
        .. Both("IstioCaGenerated", () => Subject("cacerts", "istio.io/ca-root", ("ca-cert.pem", s_root.Pem), ("ca-key.pem", s_root.KeyPem), ("root-cert.pem", s_root.Pem), ("cert-chain.pem", ""), ("istio-generated", "")), () => Cacerts(more: ("istio-generated", ""))),
        .. Both("IstioCaSecretName", () => Cacerts(), () => Cacerts(name: "cacerts-cluster1")),
        .. Both("IstioCaSecretNamespace", () => Cacerts(), () => Cacerts(place: "default")),
        .. Both("IstioCaKeyShared", () => Beside(Cacerts(), Cacerts(name: "b", ca: Ca(s_root, recipe => recipe.Key = ForgedKey.Ec("b")))), () => Beside(Cacerts(), Cacerts(name: "b"))),
        .. Both("IstioCaChainWithoutCa", () => Cacerts(), () => Cacerts(chain: s_root.Pem)),
        .. Both("IstioCaChainOrder", () => Cacerts(chain: s_ca.Pem + s_root.Pem), () => Cacerts(chain: s_root.Pem + s_ca.Pem)),
        .. Both("IstioCaRootInChain", () => Cacerts(), () => Cacerts(chain: s_ca.Pem + s_root.Pem)),
        .. Both("IstioCaOutlivesIssuer", () => Cacerts(roots: CertificateForge.Root("CN=Root CA,O=Istio", recipe => (recipe.Key, recipe.NotAfter) = (ForgedKey.Ec("former"), s_now.AddDays(30))).Pem + s_root.Pem), () => Cacerts(ca: Ca(s_root, recipe => recipe.NotAfter = s_root.Info.NotAfter.AddDays(1)))),
        .. Both("IstioCaPathLengthShort", () => Cacerts(), () => Below(CertificateForge.Root("CN=Root CA,O=Istio", recipe => recipe.PathLength = 0))),
        .. Both("IstioCaPathLengthOpen", () => Cacerts(), () => Cacerts(ca: Ca(s_root, recipe => recipe.PathLength = null)), () => Cacerts(ca: Ca(s_root, recipe => recipe.PathLength = 1))),
        .. Both("IstioCaNewlineMissing", () => Cacerts(), () => Cacerts(chain: s_ca.Pem.TrimEnd()), () => Tls(certificate: s_ca.Pem.TrimEnd())),
        .. Both("IstioCaRootCorrupt", () => Trusted(s_root.Pem), () => Cacerts(roots: s_root.Pem + s_other.Pem.Replace("MII", "M!I", StringComparison.Ordinal)), () => Trusted(s_root.Pem.TrimEnd() + s_other.Pem)),
        .. Both("IstioCaRootsSeveral", () => Cacerts(), () => Cacerts(roots: s_root.Pem + s_other.Pem)),
        .. Both("IstioCaRootDuplicate", () => Cacerts(roots: s_root.Pem + s_other.Pem), () => Cacerts(roots: s_root.Pem + s_root.Pem)),
        .. Both("IstioCaRootNotRoot", () => Cacerts(), () => Cacerts(roots: s_ca.Pem)),
        .. Both("IstioCaRootExpired", () => Cacerts(), () => Cacerts(roots: s_root.Pem + CertificateForge.Root("CN=Old", recipe => recipe.NotAfter = s_now.AddDays(-1)).Pem)),
        .. Both("IstioCaRootReplaced", () => Beside(Cacerts(roots: s_root.Pem + s_other.Pem), Trusted(s_root.Pem)), () => Beside(Cacerts(), Trusted(s_other.Pem))),
        .. Both("IstioCaRootBytesDiffer", () => Beside(Cacerts(), Trusted(s_root.Pem)), () => Beside(Cacerts(roots: s_root.Pem + s_other.Pem), Trusted(s_root.Pem)), () => Beside(Cacerts(roots: "# root\n" + s_root.Pem), Cacerts())),
        .. Both("IstioCaLifeShort", () => Cacerts(), () => Cacerts(ca: Ca(s_root, recipe => recipe.NotAfter = s_now.AddHours(20)))),
        .. Both("IstioCaLifeLong", () => Cacerts(roots: CertificateForge.Root("CN=Root CA,O=Istio", recipe => recipe.NotAfter = s_now.AddDays(3000)).Pem), () => Cacerts(ca: Ca(s_root, recipe => recipe.NotAfter = s_now.AddDays(4000)))),
        .. Both("IstioCaRootSigns", () => Cacerts(), () => Cacerts(ca: s_root)),
        .. Both("IstioCaRsaLarge", () => Cacerts(ca: Ca(s_root, recipe => recipe.Key = ForgedKey.Rsa(2048))), () => Cacerts(ca: Ca(s_root, recipe => recipe.Key = ForgedKey.Rsa(4096)))),
        .. Both("IstioCaIstiodName", () => Cacerts(ca: Ca(s_root, recipe => recipe.Dns = ["istiod.istio-system.svc"])), () => Cacerts(ca: Ca(s_root, recipe => recipe.Dns = ["ca.example"]))),
        .. Both("IstioCaNameConstrained", () => Cacerts(), () => Cacerts(ca: Ca(s_root, recipe => recipe.More.Add((Oids.NameConstraints, true, [0x30, 0]))))),
        .. Both("IstioCaKeyIdentifiers", () => Cacerts(), () => Cacerts(ca: Ca(s_root, recipe => recipe.AuthorityKeyIdentifier = false)), () => Cacerts(ca: Ca(s_root, recipe => recipe.SubjectKeyIdentifier = false))),
    ];

    private static IEnumerable<RuleCase> Both(string rule, Func<RuleSubject> keeps, params Func<RuleSubject>[] breaks) =>
        [new(Set, rule, true, keeps), .. breaks.Select(subject => new RuleCase(Set, rule, false, subject))];

    private static ForgedCertificate Ca(ForgedCertificate signer, Action<CertificateRecipe>? change = null) => CertificateForge.Intermediate(signer, "CN=Intermediate CA,O=Istio,L=cluster1", change);

    private static RuleSubject Cacerts(ForgedCertificate? ca = null, string? chain = null, string? roots = null, string? key = null, string? crl = null, string? without = null, string name = "cacerts", string place = "istio-system", (string Key, string Value)? more = null)
    {
        ca ??= s_ca;
        List<(string Key, string Value)> values = [("ca-cert.pem", ca.Pem), ("ca-key.pem", key ?? ca.KeyPem), ("cert-chain.pem", chain ?? ca.Pem), ("root-cert.pem", roots ?? s_root.Pem)];
        values.AddRange(crl is null ? [] : [("ca-crl.pem", crl)]);
        values.AddRange(more is { } one ? [one] : []);
        return RuleSecrets.Subject(name, null, place, "Opaque", [.. values.Where(value => value.Key != without)]);
    }

    private static RuleSubject Below(ForgedCertificate root)
    {
        ForgedCertificate ca = Ca(root);
        return Subject("cacerts", "Opaque", ("ca-cert.pem", ca.Pem), ("ca-key.pem", ca.KeyPem), ("cert-chain.pem", ca.Pem), ("root-cert.pem", root.Pem));
    }

    private static RuleSubject Tls(string? certificate = null, (string Key, string Value)? more = null) =>
        Subject("cacerts", SecretType.Tls, [("tls.crt", certificate ?? s_ca.Pem), ("tls.key", s_ca.KeyPem), ("ca.crt", s_root.Pem), .. more is { } one ? new[] { one } : []]);

    private static RuleSubject Subject(string name, string type, params (string Key, string Value)[] values) => RuleSecrets.Subject(name, null, "istio-system", type, values);

    private static RuleSubject Trusted(string pem)
    {
        Manifest map = Manifest.Create("v1", "ConfigMap", "istio-ca-root-cert", "shop");
        map.Root.Set("data", ManifestNode.Mapping(("root-cert.pem", ManifestNode.String(pem))));
        return RuleSubjects.OfResource(map, RuleSecrets.Context);
    }

    private static RuleSubject Beside(RuleSubject subject, RuleSubject other) => subject with { Context = subject.Context with { Others = [other] } };

    private static string Crl(ForgedCertificate issuer) => CrlForge.Pem(CrlForge.Make(issuer, s_now.AddDays(-1), s_now.AddDays(6)));
}
