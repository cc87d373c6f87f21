using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Meshes.Rules;
using MeshSecrets.Secrets;
using MeshSecrets.Tests.Certificates.Forging;
using MeshSecrets.Tests.Meshes.Rules;
using static MeshSecrets.Tests.Meshes.Standards.StandardCases;

namespace MeshSecrets.Tests.Meshes.Kubernetes;

internal sealed class KubernetesRuleCases : IRuleCases
{
    private static string Pem => Web.Pem + Mesh.Pem;

    public IEnumerable<RuleCase> Cases =>
    [
        Kept("KubernetesTlsCertificateMissing", () => Tls()),
        Kept("KubernetesTlsCertificateMissing", () => Of(SecretType.Opaque, ("tls.key", Web.KeyPem))),
        Broken("KubernetesTlsCertificateMissing", () => Of(SecretType.Tls, ("tls.key", Web.KeyPem))),
        Kept("KubernetesTlsKeyMissing", () => Tls()),
        Broken("KubernetesTlsKeyMissing", () => Of(SecretType.Tls, ("tls.crt", Pem))),
        Kept("KubernetesTlsUnreadable", () => Tls()),
        Broken("KubernetesTlsUnreadable", () => Tls(certificate: Web.KeyPem)),
        Broken("KubernetesTlsUnreadable", () => Tls(key: Web.KeyPem.Replace("-----END", "A-----END", StringComparison.Ordinal))),
        Broken("KubernetesTlsUnreadable", () => Tls(certificate: "")),
        Kept("KubernetesTlsPairBroken", () => Tls()),
        Broken("KubernetesTlsPairBroken", () => Tls(key: Mesh.KeyPem)),
        Kept("KubernetesTlsOrderWrong", () => Tls()),
        Broken("KubernetesTlsOrderWrong", () => Tls(certificate: Mesh.Pem + Web.Pem)),
        Kept("KubernetesTlsKeyMisplaced", () => Tls()),
        Broken("KubernetesTlsKeyMisplaced", () => Tls(certificate: Pem + Web.KeyPem)),
        Broken("KubernetesTlsKeyMisplaced", () => Tls(roots: Root.Pem + Root.KeyPem)),
        Kept("KubernetesTlsRootInChain", () => Tls()),
        Kept("KubernetesTlsRootInChain", () => Tls(certificate: Root.Pem, key: Root.KeyPem)),
        Broken("KubernetesTlsRootInChain", () => Tls(certificate: Pem + Root.Pem)),
        Kept("KubernetesTlsTrustNotVerifying", () => Tls()),
        Kept("KubernetesTlsTrustNotVerifying", () => Of(SecretType.Tls, ("tls.crt", Pem), ("tls.key", Web.KeyPem))),
        Broken("KubernetesTlsTrustNotVerifying", () => Tls(roots: CertificateForge.Root("CN=Other").Pem)),
        Broken("KubernetesTlsTrustNotVerifying", () => Tls(certificate: Web.Pem)),
        Kept("KubernetesTlsFinalNewline", () => Tls()),
        Broken("KubernetesTlsFinalNewline", () => Tls(certificate: Pem.TrimEnd())),
        Broken("KubernetesTlsFinalNewline", () => Tls(key: Web.KeyPem.TrimEnd())),
        Kept("KubernetesTlsBlocksJoined", () => Tls()),
        Broken("KubernetesTlsBlocksJoined", () => Tls(certificate: Web.Pem.TrimEnd() + Mesh.Pem)),
        Kept("KubernetesTlsWindowsLines", () => Tls()),
        Broken("KubernetesTlsWindowsLines", () => Tls(key: Web.KeyPem.ReplaceLineEndings("\r\n"))),
        Kept("KubernetesTlsTextBeside", () => Tls()),
        Broken("KubernetesTlsTextBeside", () => Tls(certificate: "Certificate:\n    Data:\n" + Pem)),
        Broken("KubernetesTlsTextBeside", () => Tls(certificate: Web.Pem + "subject=CN = mesh\n" + Mesh.Pem)),
        Kept("KubernetesSecretTooLarge", () => Of(SecretType.Opaque, ("a", new string('x', SecretData.MaxSize)))),
        Broken("KubernetesSecretTooLarge", () => Of(SecretType.Opaque, ("a", new string('x', SecretData.MaxSize)), ("b", "x"))),
        Broken("KubernetesSecretTooLarge", () => OfManifest($"data: {{a: {new string('A', 1_500_000)}}}")),
        Kept("KubernetesSecretNameInvalid", () => OfManifest("metadata: {name: web.shop, namespace: a}")),
        Broken("KubernetesSecretNameInvalid", () => OfManifest("metadata: {name: Web}")),
        Broken("KubernetesSecretNameInvalid", () => OfManifest("metadata: {name: web, namespace: a.b}")),
        Kept("KubernetesDataKeyInvalid", () => OfManifest("metadata: {name: web}\ndata: {tls.crt: YQ==}")),
        Broken("KubernetesDataKeyInvalid", () => OfManifest("metadata: {name: web}\nstringData: {certs/tls.crt: a}")),
        Kept("KubernetesLabelInvalid", () => OfManifest("metadata: {name: web, labels: {a: b, c: \"\"}}")),
        Broken("KubernetesLabelInvalid", () => OfManifest("metadata: {name: web, labels: {a: \"spiffe://default\"}}")),
        Broken("KubernetesLabelInvalid", () => OfManifest($"metadata: {{name: web, labels: {{a: {new string('x', 64)}}}}}")),
        Kept("KubernetesAnnotationsTooLarge", () => OfManifest("metadata: {name: web, annotations: {a: b}}")),
        Broken("KubernetesAnnotationsTooLarge", () => OfManifest($"metadata: {{name: web, annotations: {{a: {new string('x', 263_000)}}}}}")),
        Kept("KubernetesTlsTypeMissing", () => Tls()),
        Broken("KubernetesTlsTypeMissing", () => Of(SecretType.Opaque, ("tls.crt", Pem), ("tls.key", Web.KeyPem))),
    ];

    private static RuleCase Kept(string id, Func<RuleSubject> subject) => new("Kubernetes", id, true, subject);

    private static RuleCase Broken(string id, Func<RuleSubject> subject) => new("Kubernetes", id, false, subject);

    private static RuleSubject Tls(string? certificate = null, string? key = null, string? roots = null) =>
        Of(SecretType.Tls, ("tls.crt", certificate ?? Pem), ("tls.key", key ?? Web.KeyPem), ("ca.crt", roots ?? Root.Pem));

    private static RuleSubject Of(string type, params (string Key, string Value)[] values) => RuleSecrets.Subject("web", null, "shop", type, values);

    private static RuleSubject OfManifest(string fields) =>
        RuleSubjects.OfResource(ManifestReader.Read($"apiVersion: v1\nkind: Secret\n{fields}\n", "web.yaml").Single(), RuleSecrets.Context);
}
