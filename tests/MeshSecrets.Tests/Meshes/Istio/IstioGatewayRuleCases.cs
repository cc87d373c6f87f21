using MeshSecrets.Certificates;
using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Meshes.Rules;
using MeshSecrets.Secrets;
using MeshSecrets.Tests.Certificates.Forging;
using MeshSecrets.Tests.Meshes.Rules;

namespace MeshSecrets.Tests.Meshes.Istio;

internal sealed class IstioGatewayRuleCases : IRuleCases
{
    private const string Set = "IstioGateway";

    private static readonly DateTimeOffset s_now = CertificateRecipe.Now;
    private static readonly ForgedCertificate s_root = CertificateForge.Root();
    private static readonly ForgedCertificate s_clients = CertificateForge.Root("CN=Clients", recipe => recipe.Key = ForgedKey.Ec("clients"));
    private static readonly ForgedCertificate s_ca = CertificateForge.Intermediate(s_root);
    private static readonly ForgedCertificate s_leaf = CertificateForge.Leaf(s_root);

    public IEnumerable<RuleCase> Cases =>
    [
        .. Both("IstioGatewayKeysMissing", () => Tls(), () => Secret("shop", SecretType.Tls, ("tls.crt", s_leaf.Pem)), () => UsedBy(Secret("shop", "Opaque", ("ca.crt", s_root.Pem)), Server())),
        .. Both("IstioGatewayBothNames", () => Secret("shop", "Opaque", ("cert", s_leaf.Pem), ("key", s_leaf.KeyPem)), () => Tls(("cert", s_leaf.Pem), ("key", s_leaf.KeyPem))),
        .. Both("IstioGatewayKeyMismatch", () => Tls(), () => Secret("shop", SecretType.Tls, ("tls.crt", s_leaf.Pem), ("tls.key", s_root.KeyPem))),
        .. Both("IstioGatewayLeafFirst", () => Certificates(CertificateForge.Leaf(s_ca).Pem + s_ca.Pem), () => Certificates(s_ca.Pem + CertificateForge.Leaf(s_ca).Pem)),
        .. Both("IstioGatewayNotValidNow", () => Tls(), () => Leaf(recipe => recipe.NotAfter = s_now.AddDays(-1)), () => Leaf(recipe => recipe.NotBefore = s_now.AddDays(1))),
        .. Both("IstioGatewayServerAuth", () => Tls(), () => Leaf(recipe => recipe.ExtendedKeyUsage = [Oids.ClientAuth])),
        .. Both("IstioGatewayHostNotCovered", () => UsedBy(Tls(), Server(host: "shop/web.example")), () => UsedBy(Tls(), Server(host: "other.example")), () => UsedBy(Tls(), Server(host: "*.example"))),
        .. Both("IstioGatewayCaMissing", () => Beside(UsedBy(Tls(), Server("MUTUAL")), Ca("shop-cacert")), () => UsedBy(Tls(), Server("MUTUAL")), () => UsedBy(Tls(), Server("OPTIONAL_MUTUAL"))),
        .. Both("IstioGatewayCaSecretIncomplete", () => Ca("shop-cacert"), () => Secret("shop-cacert", "Opaque", ("root.pem", s_root.Pem))),
        .. Both("IstioGatewayCaShadowed", () => Beside(Tls(("ca.crt", s_clients.Pem)), Ca("shop-cacert")), () => Beside(Tls(("ca.crt", s_root.Pem)), Ca("shop-cacert"))),
        .. Both("IstioGatewayCaName", () => Ca("shop-cacert"), () => Secret("shop-cacert", SecretType.Tls, ("tls.crt", s_leaf.Pem), ("tls.key", s_leaf.KeyPem), ("ca.crt", s_root.Pem))),
        .. Both("IstioGatewayClientCaIsServers", () => UsedBy(Tls(("ca.crt", s_clients.Pem)), Server("MUTUAL")), () => UsedBy(Tls(("ca.crt", s_root.Pem)), Server("MUTUAL"))),
        .. Both("IstioGatewayServerIncomplete", () => Gateway(Server()), () => Gateway("- port: {number: 443, name: https, protocol: HTTPS}\n  tls: {mode: SIMPLE, credentialName: shop}"), () => Gateway("- port: {number: 443, protocol: HTTPS}\n  hosts: [a.example]\n  tls: {mode: SIMPLE, credentialName: shop}")),
        .. Both("IstioGatewayPortNameTwice", () => Gateway(Server()), () => Gateway(Server() + "\n" + Server())),
        .. Both("IstioGatewayTlsMisplaced", () => Gateway("- port: {number: 80, name: http, protocol: HTTP}\n  hosts: [a.example]\n  tls: {httpsRedirect: true}"), () => Gateway("- port: {number: 443, name: https, protocol: HTTPS}\n  hosts: [a.example]"), () => Gateway("- port: {number: 80, name: http, protocol: HTTP}\n  hosts: [a.example]\n  tls: {mode: SIMPLE, credentialName: shop}")),
        .. Both("IstioGatewayIstioMutualCredential", () => Gateway(Server("ISTIO_MUTUAL", credential: "")), () => Gateway(Server("ISTIO_MUTUAL")), () => Gateway(Server("ISTIO_MUTUAL", credential: "", more: "credentialNames: [a]"))),
        .. Both("IstioGatewaySeveralSources", () => Gateway(Server()), () => Gateway(Server(more: "credentialNames: [a, b]")), () => Gateway(Server(more: "serverCertificate: /a, privateKey: /b"))),
        .. Both("IstioGatewayCertificateMissing", () => Gateway(Server("MUTUAL")), () => Gateway(Server(credential: "")), () => Gateway(Server("MUTUAL", credential: "", more: "serverCertificate: /a, privateKey: /b"))),
        .. Both("IstioGatewayPassthroughCertificate", () => Gateway(Server("PASSTHROUGH", credential: "")), () => Gateway(Server("PASSTHROUGH")), () => Gateway(Server("AUTO_PASSTHROUGH"))),
        .. Both("IstioGatewayCrlBesideCredential", () => Gateway(Server()), () => Gateway(Server(more: "caCrl: /crl.pem"))),
        .. Both("IstioGatewayTlsVersion", () => Gateway(Server(more: "minProtocolVersion: TLSV1_2")), () => Gateway(Server(more: "minProtocolVersion: TLSV1_1"))),
        .. Both("IstioGatewayHostAny", () => Gateway(Server()), () => Gateway(Server(host: "*"))),
        .. Both("IstioGatewaySecretMissing", () => Beside(Gateway(Server()), Tls()), () => Beside(Gateway(Server(credential: "other")), Tls())),
        .. Both("IstioGatewaySecretMissing", () => Beside(GatewayApi("shop"), Tls()), () => Beside(GatewayApi("other"), Tls())),
        .. Both("IstioGatewaySecretElsewhere", () => Beside(Gateway(Server()), Tls()), () => Beside(Gateway(Server()), Secret("shop", SecretType.Tls, "web", ("tls.crt", s_leaf.Pem), ("tls.key", s_leaf.KeyPem)))),
        .. Both("IstioDestinationCredentialAndFiles", () => Rule("mode: MUTUAL, credentialName: shop"), () => Rule("mode: SIMPLE, credentialName: shop, caCertificates: /ca.crt")),
        .. Both("IstioDestinationMutualIncomplete", () => Rule("mode: MUTUAL, clientCertificate: /a, privateKey: /b"), () => Rule("mode: MUTUAL, clientCertificate: /a")),
        .. Both("IstioDestinationIstioMutualFields", () => Rule("mode: ISTIO_MUTUAL"), () => Rule("mode: ISTIO_MUTUAL, credentialName: shop")),
        .. Both("IstioDestinationNotVerified", () => Rule("mode: SIMPLE"), () => Rule("mode: SIMPLE, insecureSkipVerify: true")),
        .. Both("IstioDestinationSecretMissing", () => Beside(Rule("mode: MUTUAL, credentialName: shop"), Tls()), () => Beside(Rule("mode: MUTUAL, credentialName: bank"), Tls()), () => Beside(Rule("mode: SIMPLE, credentialName: bank"), Tls())),
        .. Both("IstioDestinationClientAuth", () => Beside(Rule("mode: MUTUAL, credentialName: shop"), Tls()), () => Beside(Rule("mode: MUTUAL, credentialName: shop"), Leaf(recipe => recipe.ExtendedKeyUsage = [Oids.ServerAuth]))),
    ];

    private static IEnumerable<RuleCase> Both(string rule, Func<RuleSubject> keeps, params Func<RuleSubject>[] breaks) =>
        [new(Set, rule, true, keeps), .. breaks.Select(subject => new RuleCase(Set, rule, false, subject))];

    private static RuleSubject Tls(params (string Key, string Value)[] more) =>
        Secret("shop", SecretType.Tls, [("tls.crt", s_leaf.Pem), ("tls.key", s_leaf.KeyPem), .. more]);

    private static RuleSubject Leaf(Action<CertificateRecipe> change)
    {
        ForgedCertificate leaf = CertificateForge.Leaf(s_root, change);
        return Secret("shop", SecretType.Tls, ("tls.crt", leaf.Pem), ("tls.key", leaf.KeyPem));
    }

    private static RuleSubject Certificates(string chain) => Secret("shop", SecretType.Tls, ("tls.crt", chain), ("tls.key", s_leaf.KeyPem));

    private static RuleSubject Ca(string name) => Secret(name, "Opaque", ("ca.crt", s_clients.Pem));

    private static RuleSubject Secret(string name, string type, params (string Key, string Value)[] values) => Secret(name, type, "istio-system", values);

    private static RuleSubject Secret(string name, string type, string place, params (string Key, string Value)[] values) => RuleSecrets.Subject(name, null, place, type, values);

    private static string Server(string mode = "SIMPLE", string host = "web.example", string credential = "shop", string more = "")
    {
        string name = credential.Length == 0 ? "" : $", credentialName: {credential}";
        return $"- port: {{number: 443, name: https, protocol: HTTPS}}\n  hosts: [\"{host}\"]\n  tls: {{mode: {mode}{name}{(more.Length == 0 ? "" : $", {more}")}}}";
    }

    private static Manifest Resource(string servers) => Read(
        $"apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {{name: shop, namespace: istio-system}}\nspec:\n  servers:\n{string.Concat(servers.Split('\n').Select(line => $"  {line}\n"))}");

    private static RuleSubject Gateway(string servers) => RuleSubjects.OfResource(Resource(servers), RuleSecrets.Context);

    private static RuleSubject GatewayApi(string secret) => RuleSubjects.OfResource(
        Read($"apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {{name: shop, namespace: istio-system}}\nspec:\n  gatewayClassName: istio\n  listeners:\n  - name: https\n    tls: {{certificateRefs: [{{name: {secret}}}]}}\n"),
        RuleSecrets.Context);

    private static RuleSubject Rule(string tls) => RuleSubjects.OfResource(
        Read($"apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {{name: bank, namespace: istio-system}}\nspec:\n  host: bank.example\n  trafficPolicy:\n    tls: {{{tls}}}\n"),
        RuleSecrets.Context);

    private static Manifest Read(string yaml) => Assert.Single(ManifestReader.Read(yaml, "resource.yaml"));

    private static RuleSubject UsedBy(RuleSubject subject, string servers) => subject with { Context = subject.Context with { Resources = [Resource(servers)] } };

    private static RuleSubject Beside(RuleSubject subject, RuleSubject other) => subject with { Context = subject.Context with { Others = [other] } };
}
