using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Meshes.Rules;
using MeshSecrets.Tests.Certificates.Forging;
using MeshSecrets.Tests.Meshes.Rules;

namespace MeshSecrets.Tests.Meshes.TrustManager;

/// <summary>Bundles of trust-manager, each spoilt in one way.</summary>
internal sealed class BundleRuleCases : IRuleCases
{
    private const string Set = "TrustManager";
    private const string Secret = "{ secret: { name: roots, key: ca.crt } }";
    private const string ConfigMap = "{ configMap: { key: ca.crt } }";

    private static readonly ForgedCertificate s_root = CertificateForge.Root();
    private static readonly ForgedCertificate s_expired = CertificateForge.Root("CN=Old", recipe => recipe.NotAfter = CertificateForge.Now.AddDays(-1));

    public IEnumerable<RuleCase> Cases =>
    [
        new(Set, "TrustManagerAnySource", true, () => Bundle(Secret)),
        new(Set, "TrustManagerAnySource", false, () => Bundle("")),
        new(Set, "TrustManagerAnySource", false, () => Bundle("{ useDefaultCAs: false }")),
        new(Set, "TrustManagerOneKind", true, () => Bundle(Secret)),
        new(Set, "TrustManagerOneKind", false, () => Bundle("{ secret: { name: roots, key: ca.crt }, useDefaultCAs: true }")),
        new(Set, "TrustManagerOneKind", false, () => Bundle("{ file: roots.pem }")),
        new(Set, "TrustManagerSelection", true, () => Bundle("{ configMap: { selector: { matchLabels: { a: b } }, includeAllKeys: true } }")),
        new(Set, "TrustManagerSelection", false, () => Bundle("{ secret: { name: roots, selector: {}, key: ca.crt } }")),
        new(Set, "TrustManagerSelection", false, () => Bundle("{ secret: { name: roots } }")),
        new(Set, "TrustManagerItself", true, () => Bundle("{ configMap: { name: bundle, key: other.crt } }")),
        new(Set, "TrustManagerItself", false, () => Bundle("{ configMap: { name: bundle, key: ca.crt } }")),
        new(Set, "TrustManagerDefaultCas", true, () => Bundle("{ useDefaultCAs: true }")),
        new(Set, "TrustManagerDefaultCas", false, () => Bundle("{ useDefaultCAs: true }, " + Secret)),
        new(Set, "TrustManagerLeafKey", true, () => Bundle(Secret)),
        new(Set, "TrustManagerLeafKey", false, () => Bundle("{ secret: { name: web, key: tls.crt } }")),
        new(Set, "TrustManagerPrivateKey", true, () => InLine(s_root.Pem)),
        new(Set, "TrustManagerPrivateKey", false, () => InLine(s_root.Pem + s_root.KeyPem)),
        new(Set, "TrustManagerReadable", true, () => InLine(s_root.Pem)),
        new(Set, "TrustManagerReadable", false, () => InLine(s_root.Pem.Replace("-----END", "A-----END", StringComparison.Ordinal))),
        new(Set, "TrustManagerExpired", true, () => InLine(s_root.Pem)),
        new(Set, "TrustManagerExpired", false, () => InLine(s_root.Pem + s_expired.Pem)),
        new(Set, "TrustManagerAuthorities", true, () => InLine(s_root.Pem)),
        new(Set, "TrustManagerAuthorities", false, () => InLine(CertificateForge.Leaf(s_root).Pem)),
        new(Set, "TrustManagerDuplicates", true, () => InLine(s_root.Pem + s_expired.Pem)),
        new(Set, "TrustManagerDuplicates", false, () => InLine(s_root.Pem + s_expired.Pem + s_root.Pem)),
        new(Set, "TrustManagerFinalNewline", true, () => InLine(s_root.Pem)),
        new(Set, "TrustManagerFinalNewline", false, () => InLine(s_root.Pem.TrimEnd())),
        new(Set, "TrustManagerTarget", true, () => Bundle(Secret)),
        new(Set, "TrustManagerTarget", false, () => Bundle(Secret, "{}")),
        new(Set, "TrustManagerSecretTarget", true, () => Bundle(Secret)),
        new(Set, "TrustManagerSecretTarget", false, () => Bundle(Secret, "{ secret: { key: ca.crt } }")),
        new(Set, "TrustManagerKeysDiffer", true, () => Bundle(Secret, "{ configMap: { key: ca.crt }, additionalFormats: { jks: { key: bundle.jks } } }")),
        new(Set, "TrustManagerKeysDiffer", false, () => Bundle(Secret, "{ configMap: { key: ca.crt }, additionalFormats: { jks: { key: bundle }, pkcs12: { key: bundle } } }")),
        new(Set, "TrustManagerDefaultPassword", true, () => Bundle(Secret, "{ configMap: { key: ca.crt }, additionalFormats: { jks: { key: bundle.jks, password: known } } }")),
        new(Set, "TrustManagerDefaultPassword", false, () => Bundle(Secret, "{ configMap: { key: ca.crt }, additionalFormats: { jks: { key: bundle.jks }, pkcs12: { key: bundle.p12 } } }")),
    ];

    private static RuleSubject InLine(string pem) => Bundle($"{{ inLine: \"{pem.Replace("\n", "\\n", StringComparison.Ordinal)}\" }}");

    private static RuleSubject Bundle(string sources, string target = ConfigMap) => RuleSubjects.OfResource(
        ManifestReader.Read($"apiVersion: trust.cert-manager.io/v1alpha1\nkind: Bundle\nmetadata: {{ name: bundle }}\nspec: {{ sources: [{sources}], target: {target} }}\n", "test.yaml").Single(),
        RuleSecrets.Context);
}
