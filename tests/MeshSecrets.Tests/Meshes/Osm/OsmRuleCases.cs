using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Profiles;
using MeshSecrets.Meshes.Rules;
using MeshSecrets.Secrets;
using MeshSecrets.Tests.Certificates.Forging;
using MeshSecrets.Tests.Meshes.Rules;

namespace MeshSecrets.Tests.Meshes.Osm;

/// <summary>Cases of OSM's rules about its root and its certificates, from the guide's own faults.</summary>
internal sealed class OsmRuleCases : IRuleCases
{
    private const string Expiration = "2040-01-09T12:00:00.299Z"; // The guide's form: the certificate's second, with the clock's milliseconds.

    private static readonly ForgedCertificate s_root = Root();
    private static readonly ForgedCertificate s_elliptic = CertificateForge.Root();

    public IEnumerable<RuleCase> Cases =>
    [
        .. Bundle("OsmBundleCaCrt", good: [("ca.crt", s_root.Pem)], bad: [("ca.tls", s_root.Pem)]),
        .. Bundle("OsmBundleWithoutKey", good: Full, bad: [("ca.crt", s_root.Pem)]),
        .. Bundle("OsmPemFinalNewline", good: Full, bad: [("ca.crt", s_root.Pem.TrimEnd()), ("private.key", s_root.KeyPem)]),
        .. Bundle("OsmRootKeyLabel", good: Full, bad: [("ca.crt", s_root.Pem), ("private.key", s_root.Key.TraditionalPem)]),
        .. Bundle("OsmRootKeyRsa", good: Full, bad: [("ca.crt", s_elliptic.Pem), ("private.key", s_elliptic.KeyPem)]),
        .. Bundle("OsmRootKeyPair", good: Full, bad: [("ca.crt", s_root.Pem), ("private.key", ForgedKey.Rsa(name: "other").Pem)]),
        .. Bundle("OsmRootMissing", good: Full, bad: [("ca.crt", Below().Pem), ("private.key", Below().KeyPem)]),
        .. Bundle("OsmRootMissing", good: [("ca.crt", Below().Pem + s_root.Pem), ("private.key", Below().KeyPem)], bad: [("ca.crt", Below().Pem)]),
        .. Bundle("OsmRootBasicConstraints", good: Full, bad: Of(Root(recipe => recipe.IsCa = false))),
        .. Bundle("OsmRootKeyUsage", good: Full, bad: Of(Root(recipe => recipe.KeyUsage = KeyUsages.DigitalSignature))),
        .. Bundle("OsmRootEndsSoon", good: Full, bad: Of(Root(recipe => recipe.NotAfter = CertificateForge.Now.AddDays(100)))),
        .. Bundle("OsmRootEndsSoon", good: Full, bad: Of(Root(recipe => recipe.NotAfter = CertificateForge.Now.AddDays(-1)))),
        .. Bundle("OsmRsaSize", good: Full, bad: Of(Root(recipe => recipe.Key = ForgedKey.Rsa(1024)))),
        new("Osm", "OsmBundleName", Passes: false, () => Named("my-root", "osm-system")),
        new("Osm", "OsmBundleName", Passes: true, () => Named("osm-ca-bundle", "osm-system")),
        new("Osm", "OsmBundleName", Passes: true, () => Referred(Named("my-root", "osm-system"))),
        new("Osm06", "OsmBundleNamespace", Passes: false, () => Named("osm-ca-bundle", "default")),
        new("Osm06", "OsmBundleNamespace", Passes: true, () => Named("osm-ca-bundle", "osm-system")),
        new("Osm", "OsmBundleType", Passes: false, () => Named("osm-ca-bundle", "osm-system", "example.com/ca")),
        new("Osm", "OsmBundleType", Passes: true, () => Named("osm-ca-bundle", "osm-system")),
        new("Osm", "OsmBundleExpirationUnused", Passes: false, () => BundleOf(Full06)),
        new("Osm", "OsmBundleExpirationUnused", Passes: true, () => BundleOf(Full)),
        .. Bundle06("Osm06BundleIncomplete", good: Full06, bad: Full),
        .. Bundle06("Osm06BundleIncomplete", good: [("ca.crt", s_root.Pem)], bad: [("ca.crt", s_root.Pem), ("expiration", Expiration)]),
        .. Bundle06("Osm06BundleExpirationForm", good: Full06, bad: With(expiration: "2040-01-09T12:00:00Z")),
        .. Bundle06("Osm06BundleExpirationForm", good: Full06, bad: With(expiration: "")),
        .. Bundle06("Osm06BundleExpirationDiffers", good: Full06, bad: With(expiration: "2031-01-11T23:15:09.299Z")),
        .. Bundle06("Osm06VaultDecade", good: Full06, bad: [("ca.crt", s_root.Pem), ("expiration", "2031-01-11T17:00:00.000Z")]),
        .. Leaf("OsmLeafCommonName", _ => { }, recipe => recipe.Subject = "O=Open Service Mesh"),
        .. Leaf("OsmLeafNamesDiffer", _ => { }, recipe => recipe.Subject = "CN=bookbuyer.bookbuyer.cluster.local"),
        .. Leaf("OsmLeafName", _ => { }, recipe => recipe.Dns = ["shop.example"]),
        .. Leaf("OsmLeafName", recipe => Rename(recipe, "7b2359d7-f201-4d3f-a217-73fd6e44e39b.bookstore-v2.bookstore"), recipe => Rename(recipe, "bookstore-v2.bookstore.cluster.other")),
        .. Leaf("OsmLeafKeyUsage", _ => { }, recipe => recipe.KeyUsage = KeyUsages.KeyEncipherment),
        .. Leaf("OsmLeafKeyUsage", recipe => recipe.Key = ForgedKey.Ec(), recipe => (recipe.Key, recipe.KeyUsage) = (ForgedKey.Rsa(), KeyUsages.DigitalSignature)),
        .. Leaf("OsmLeafExtendedKeyUsage", _ => { }, recipe => recipe.ExtendedKeyUsage = [Oids.ServerAuth]),
        .. Leaf("OsmServiceLife", _ => { }, recipe => recipe.NotAfter = CertificateForge.Now.AddDays(300)),
        .. Leaf("OsmVaultLifeClamped", Webhook(87_600), Webhook(24)),
        .. Leaf("OsmRsaSize", _ => { }, recipe => recipe.Key = ForgedKey.Rsa(1024)),
    ];

    private static (string, string)[] Full => Of(s_root);

    private static (string, string)[] Full06 => With(Expiration);

    private static (string, string)[] With(string expiration) => [.. Full, ("expiration", expiration)];

    private static (string, string)[] Of(ForgedCertificate root) => [("ca.crt", root.Pem), ("private.key", root.KeyPem)];

    private static ForgedCertificate Root(Action<CertificateRecipe>? change = null) =>
        CertificateForge.Root("CN=osm-ca.openservicemesh.io,O=Open Service Mesh,L=CA,C=US", recipe =>
        {
            recipe.Key = ForgedKey.Rsa(name: "osm-root");
            change?.Invoke(recipe);
        });

    private static ForgedCertificate Below() => CertificateForge.Intermediate(s_root, change: recipe => recipe.Key = ForgedKey.Rsa(name: "osm-below"));

    private static IEnumerable<RuleCase> Bundle(string rule, (string, string)[] good, (string, string)[] bad) => Both("Osm", rule, () => BundleOf(good), () => BundleOf(bad));

    private static IEnumerable<RuleCase> Bundle06(string rule, (string, string)[] good, (string, string)[] bad) => Both("Osm06", rule, () => BundleOf(good), () => BundleOf(bad));

    private static IEnumerable<RuleCase> Leaf(string rule, Action<CertificateRecipe> good, Action<CertificateRecipe> bad) => Both("Osm06", rule, () => LeafOf(good), () => LeafOf(bad));

    private static RuleCase[] Both(string set, string rule, Func<RuleSubject> good, Func<RuleSubject> bad) => [new(set, rule, Passes: true, good), new(set, rule, Passes: false, bad)];

    private static RuleSubject BundleOf((string, string)[] values) => RuleSecrets.Subject("osm-ca-bundle", null, "osm-system", SecretType.Opaque, values);

    private static RuleSubject Named(string name, string ns, string type = SecretType.Opaque) => RuleSecrets.Subject(name, null, ns, type, Full);

    private static RuleSubject Referred(RuleSubject bundle) =>
        bundle with { Context = bundle.Context with { Resources = [MrcRuleCases.Resource(MrcRuleCases.Tresor("my-root"))] } };

    /// <summary>A service's certificate as OSM issues it.</summary>
    private static RuleSubject LeafOf(Action<CertificateRecipe> change) => RuleSecrets.Chain(CertificateForge.Leaf(s_root, recipe =>
    {
        recipe.Key = ForgedKey.Rsa();
        recipe.KeyUsage = KeyUsages.DigitalSignature | KeyUsages.KeyEncipherment;
        (recipe.NotBefore, recipe.NotAfter) = (CertificateForge.Now, CertificateForge.Now.AddHours(24));
        Rename(recipe, "bookstore-v2.bookstore.cluster.local");
        change(recipe);
    }));

    private static void Rename(CertificateRecipe recipe, string name) => (recipe.Subject, recipe.Dns) = ($"CN={name},O=Open Service Mesh", [name]);

    private static Action<CertificateRecipe> Webhook(int hours) => recipe =>
    {
        Rename(recipe, "osm-controller.osm-system.svc");
        recipe.NotAfter = recipe.NotBefore.AddHours(hours);
    };
}
