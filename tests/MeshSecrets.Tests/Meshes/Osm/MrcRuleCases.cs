using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Meshes.Rules;
using MeshSecrets.Secrets;
using MeshSecrets.Tests.Meshes.Rules;

namespace MeshSecrets.Tests.Meshes.Osm;

/// <summary>Cases of the rules of OSM's validator, and of its configuration.</summary>
internal sealed class MrcRuleCases : IRuleCases
{
    private const string Vault = "vault: {host: vault.contoso.com, port: 8200, role: openservicemesh, protocol: https, token: {secretKeyRef: {name: t, key: token, namespace: osm-system}}}";

    public IEnumerable<RuleCase> Cases =>
    [
        .. Both("OsmMrcProvider", [Make(Tresor())], [Make("")]),
        .. Both("OsmMrcProvider", [Make(Vault)], [Make($"{Vault}, {Tresor()}")]),
        .. Both("OsmMrcProvider", [Make("certManager: {issuerName: osm-ca, issuerKind: Issuer, issuerGroup: cert-manager.io}")], [Make("azureKeyVault: {}")]),
        .. Both("OsmMrcProviderFields", [Make(Tresor())], [Make("tresor: {ca: {secretRef: {name: osm-ca-bundle}}}")]),
        .. Both("OsmMrcProviderFields", [Make(Vault)], [Make(Vault.Replace("role: openservicemesh", "role: \"\"", StringComparison.Ordinal))]),
        .. Both("OsmMrcProviderFields", [Make(Tresor())], [Make("certManager: {issuerName: osm-ca}")]),
        .. Both("OsmMrcTrustDomain", [Make(Tresor())], [Make(Tresor(), trustDomain: "\"\"")]),
        .. Both("OsmMrcRole", [Make(Tresor())], [Make(Tresor(), role: "Active")]),
        .. Both("OsmMrcTooMany", [Make(Tresor()), Make(Tresor(), "b", "passive")], [Make(Tresor()), Make(Tresor(), "b", "passive"), Make(Tresor(), "c", "passive")]),
        .. Both("OsmMrcTooMany", [Make(Tresor(), role: "inactive"), Make(Tresor(), "b", "passive"), Make(Tresor(), "c")], [Make(Tresor()), Make(Tresor(), "b"), Make(Tresor(), "c", "passive")]),
        .. Both("OsmMrcNoneActive", [Make(Tresor(), role: "passive"), Make(Tresor(), "b")], [Make(Tresor(), role: "passive"), Make(Tresor(), "b", "inactive")]),
        .. Both("OsmMrcSameRole", [Make(Tresor()), Make(Tresor(), "b", "passive")], [Make(Tresor()), Make(Tresor(), "b")]),
        .. Both("OsmMrcImmutable", [Make(Tresor(), role: "passive"), Make(Tresor())], [Make(Tresor()), Make(Vault)]),
        .. Both("OsmMrcImmutable", [Make(Tresor()), Make(Vault, "b")], [Make(Tresor()), Make(Tresor(), trustDomain: "shop.example")]),
        .. Both("OsmMrcRoleStep", [Make(Tresor()), Make(Tresor(), role: "passive")], [Make(Tresor()), Make(Tresor(), role: "inactive")]),
        .. Both("OsmMrcVaultHttp", [Make(Vault)], [Make(Vault.Replace("https", "http", StringComparison.Ordinal))]),
        new("Osm", "OsmMrcSecret", Passes: true, () => Beside("osm-ca-bundle")),
        new("Osm", "OsmMrcSecret", Passes: false, () => Beside("other")),
        new("Osm06", "Osm06MrcUnknown", Passes: false, () => Subject([Make(Tresor())])),
        new("Osm06", "Osm06MrcUnknown", Passes: true, () => Subject([Config("24h")])),
        .. Both("OsmServiceDurationHours", [Config("24h")], [Config("30m")]),
        .. Both("OsmServiceDurationHours", [ConfigMap("1h")], [ConfigMap("1h30m")]),
        .. Both("OsmServiceDurationForm", [Config("1h30m")], [Config("1d")]),
        .. Both("OsmServiceDurationForm", [ConfigMap("24h")], [ConfigMap("24")]),
    ];

    internal static string Tresor(string secret = "osm-ca-bundle") => $"tresor: {{ca: {{secretRef: {{name: {secret}, namespace: osm-system}}}}}}";

    internal static Manifest Resource(string provider) => Read(Make(provider));

    private static RuleCase[] Both(string rule, string[] good, string[] bad) =>
        [new("Osm", rule, Passes: true, () => Subject(good)), new("Osm", rule, Passes: false, () => Subject(bad))];

    private static string Make(string provider, string name = "a", string role = "active", string trustDomain = "cluster.local") =>
        $"apiVersion: config.openservicemesh.io/v1alpha2\nkind: MeshRootCertificate\nmetadata: {{name: {name}, namespace: osm-system}}\nspec: {{provider: {{{provider}}}, trustDomain: {trustDomain}, role: {role}, spiffeEnabled: false}}\n";

    private static string Config(string duration) =>
        $"apiVersion: config.openservicemesh.io/v1alpha2\nkind: MeshConfig\nmetadata: {{name: osm-mesh-config, namespace: osm-system}}\nspec: {{certificate: {{serviceCertValidityDuration: {duration}}}}}\n";

    private static string ConfigMap(string duration) =>
        $"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: osm-config, namespace: osm-system}}\ndata: {{service_cert_validity_duration: \"{duration}\"}}\n";

    private static Manifest Read(string yaml) => ManifestReader.Read(yaml, "osm.yaml").Single();

    /// <summary>The first is judged, with all as its surroundings.</summary>
    private static RuleSubject Subject(string[] resources)
    {
        Manifest[] all = [.. resources.Select(Read)];
        return RuleSubjects.OfResource(all[0], RuleSecrets.Context with { Resources = [.. all] });
    }

    private static RuleSubject Beside(string secret)
    {
        RuleSubject other = RuleSecrets.Subject(secret, null, "osm-system", SecretType.Opaque, ("note", "x"));
        return RuleSubjects.OfResource(Resource(Tresor()), RuleSecrets.Context with { Others = [other] });
    }
}
