using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Profiles;
using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Meshes.Rules;
using MeshSecrets.Secrets;
using MeshSecrets.Tests.Certificates.Forging;
using MeshSecrets.Tests.Meshes.Rules;

namespace MeshSecrets.Tests.Meshes.Gloo;

/// <summary>Roots of virtual meshes, and the resources that name them, each spoilt in one way.</summary>
internal sealed class VirtualMeshRuleCases : IRuleCases
{
    private const string Set = "GlooVirtualMesh";
    private const string GeneratedType = "certificates.mesh.gloo.solo.io/generated_signing_cert";
    private const string Meshes = "\n  meshes:\n  - name: istiod-istio-system-cluster-1\n    namespace: gloo-mesh";
    private const string Secret = "shared: { rootCertificateAuthority: { secret: { name: own-root, namespace: gloo-mesh } } }";
    private const string Generated = "shared: { rootCertificateAuthority: { generated: {} } }";
    private const string Vault = "caPath: pki/root/sign-intermediate, csrPath: pki_int/intermediate/generate/exported, server: 'https://vault:8200', tokenSecretRef: { name: vault-token, namespace: gloo-mesh }";

    public IEnumerable<RuleCase> Cases =>
    [
        new(Set, "GlooVirtualMeshDataKeys", true, () => Root()),
        new(Set, "GlooVirtualMeshDataKeys", false, () => Subject("own-root", SecretType.Tls, ("tls.crt", Forge().Pem), ("tls.key", Forge().KeyPem))),
        new(Set, "GlooVirtualMeshKeyForm", true, () => Root()),
        new(Set, "GlooVirtualMeshKeyForm", false, () => Subject("own-root", SecretType.Opaque, ("root-cert.pem", Forge().Pem), ("key.pem", Forge().KeyPem))),
        new(Set, "GlooVirtualMeshOneCertificate", true, () => Root()),
        new(Set, "GlooVirtualMeshOneCertificate", false, () => Subject("own-root", SecretType.Opaque, ("root-cert.pem", Forge().Pem + CertificateForge.Root("CN=former").Pem), ("key.pem", Forge().Key.TraditionalPem))),
        new(Set, "GlooVirtualMeshGeneratedType", true, () => In(Root(name: "vm.gloo-mesh", type: GeneratedType), resources: [VirtualMesh(Generated)])),
        new(Set, "GlooVirtualMeshGeneratedType", true, () => In(Root(), resources: [VirtualMesh(Secret)])),
        new(Set, "GlooVirtualMeshGeneratedType", false, () => In(Root(name: "vm.gloo-mesh"), resources: [VirtualMesh(Generated)])),
        new(Set, "GlooVirtualMeshRootIsCa", true, () => Root()),
        new(Set, "GlooVirtualMeshRootIsCa", false, () => Root(recipe => recipe.IsCa = false)),
        new(Set, "GlooVirtualMeshRootSelfSigned", true, () => Root()),
        new(Set, "GlooVirtualMeshRootSelfSigned", false, () => RuleSecrets.Chain(CertificateForge.Intermediate(CertificateForge.Root()))),
        new(Set, "GlooVirtualMeshPathLength", true, () => Root(recipe => recipe.PathLength = 1)),
        new(Set, "GlooVirtualMeshPathLength", false, () => Root(recipe => recipe.PathLength = 0)),
        new(Set, "GlooVirtualMeshExtendedKeyUsage", true, () => Root(recipe => recipe.ExtendedKeyUsage = [Oids.ServerAuth, Oids.ClientAuth])),
        new(Set, "GlooVirtualMeshExtendedKeyUsage", false, () => Root(recipe => recipe.ExtendedKeyUsage = [Oids.ServerAuth])),
        new(Set, "GlooVirtualMeshLeafUsages", true, () => Root()),
        new(Set, "GlooVirtualMeshLeafUsages", false, () => Root(recipe => recipe.KeyUsage = KeyUsages.DigitalSignature | KeyUsages.KeyEncipherment | KeyUsages.KeyCertSign)),
        new(Set, "GlooVirtualMeshRootLife", true, () => Root()),
        new(Set, "GlooVirtualMeshRootLife", false, () => Root(recipe => recipe.NotAfter = recipe.NotBefore.AddDays(365))),
        new(Set, "GlooVirtualMeshRootLife", false, () => Root(recipe => (recipe.NotBefore, recipe.NotAfter) = (CertificateForge.Now.AddDays(-3600), CertificateForge.Now.AddDays(50)))),

        new(Set, "GlooVirtualMeshOneAuthority", true, () => Of(VirtualMesh(Secret))),
        new(Set, "GlooVirtualMeshOneAuthority", false, () => Of(VirtualMesh($"shared: {{ rootCertificateAuthority: {{ generated: {{}} }}, intermediateCertificateAuthority: {{ vault: {{ {Vault} }} }} }}"))),
        new(Set, "GlooVirtualMeshOneAuthority", false, () => Of(VirtualMesh("shared: { rootCertificateAuthority: { generated: {}, secret: { name: own-root } } }"))),
        new(Set, "GlooVirtualMeshOneAuthority", false, () => Of(Policy($"mgmtServerCa: {{ generated: {{}} }}, agentCa: {{ vault: {{ {Vault} }} }}"))),
        new(Set, "GlooVirtualMeshAnyAuthority", true, () => Of(Policy("mgmtServerCa: { generated: {} }"))),
        new(Set, "GlooVirtualMeshAnyAuthority", false, () => Of(VirtualMesh("autoRestartPods: true"))),
        new(Set, "GlooVirtualMeshAnyAuthority", false, () => Of(Policy("mgmtServerCa: {}"))),
        new(Set, "GlooVirtualMeshLimitedTrust", true, () => Of(VirtualMesh(Secret))),
        new(Set, "GlooVirtualMeshLimitedTrust", false, () => Of(VirtualMesh("limited: {}"))),
        new(Set, "GlooVirtualMeshGenerated", true, () => Of(VirtualMesh(Secret))),
        new(Set, "GlooVirtualMeshGenerated", false, () => Of(VirtualMesh(Generated))),
        new(Set, "GlooVirtualMeshKeySizeInBits", true, () => Of(Policy("mgmtServerCa: { generated: { rsaKeySizeBytes: 4096 } }"))),
        new(Set, "GlooVirtualMeshKeySizeInBits", false, () => Of(Policy("mgmtServerCa: { generated: { rsaKeySizeBytes: 512 } }"))),
        new(Set, "GlooVirtualMeshKeySizeInBits", false, () => Of(VirtualMesh("shared: { rootCertificateAuthority: { secret: { name: own-root } }, intermediateCertOptions: { rsaKeySizeBytes: 256 } }"))),
        new(Set, "GlooVirtualMeshIntermediateLife", true, () => Of(Policy("mgmtServerCa: { generated: { ttlDays: 730 } }, intermediateCertOptions: { ttlDays: 30 }"))),
        new(Set, "GlooVirtualMeshIntermediateLife", false, () => Of(Policy("mgmtServerCa: { generated: { ttlDays: 300 } }"))),
        new(Set, "GlooVirtualMeshIntermediateLife", false, () => In(Of(VirtualMesh(Secret)), [Root(recipe => recipe.NotAfter = CertificateForge.Now.AddDays(100))])),
        new(Set, "GlooVirtualMeshSecretThere", true, () => In(Of(VirtualMesh(Secret)), [Root()])),
        new(Set, "GlooVirtualMeshSecretThere", false, () => In(Of(VirtualMesh(Secret)), [Root(name: "another")])),
        new(Set, "GlooRootTrustFormerRootPassive", true, () => In(Of(Policy("mgmtServerCa: { secretRef: { name: own-root } }, passiveCertificateAuthorities: [{ secretRef: { name: former } }]")), [Root(), Root(name: "former")])),
        new(Set, "GlooRootTrustFormerRootPassive", false, () => In(Of(Policy("mgmtServerCa: { secretRef: { name: own-root } }")), [Root(), Root(name: "former")])),
        new(Set, "GlooVirtualMeshMeshesNamed", true, () => Of(VirtualMesh(Secret))),
        new(Set, "GlooVirtualMeshMeshesNamed", false, () => Of(VirtualMesh(Secret, meshes: "\n  meshes: []"))),
        new(Set, "GlooVirtualMeshRestart", true, () => Of(VirtualMesh("autoRestartPods: true, " + Secret))),
        new(Set, "GlooVirtualMeshRestart", false, () => Of(VirtualMesh(Secret))),
        new(Set, "GlooVirtualMeshVaultEncrypted", true, () => Of(Policy($"agentCa: {{ vault: {{ {Vault} }} }}"))),
        new(Set, "GlooVirtualMeshVaultEncrypted", false, () => Of(Policy($"agentCa: {{ vault: {{ {Vault.Replace("https", "http", StringComparison.Ordinal)} }} }}"))),
        new(Set, "GlooVirtualMeshVaultExported", true, () => Of(Policy($"agentCa: {{ vault: {{ {Vault} }} }}"))),
        new(Set, "GlooVirtualMeshVaultExported", false, () => Of(Policy($"agentCa: {{ vault: {{ {Vault.Replace("exported", "internal", StringComparison.Ordinal)} }} }}"))),
        new(Set, "GlooVirtualMeshVaultLogin", true, () => Of(Policy($"agentCa: {{ vault: {{ {Vault} }} }}"))),
        new(Set, "GlooVirtualMeshVaultLogin", false, () => Of(Policy($"agentCa: {{ vault: {{ {Vault.Replace("tokenSecretRef", "other", StringComparison.Ordinal)} }} }}"))),
        new(Set, "GlooVirtualMeshAwsAccount", true, () => Of(Arn("123456789012"))),
        new(Set, "GlooVirtualMeshAwsAccount", false, () => Of(Arn("123456789"))),
    ];

    private static ForgedCertificate Forge(Action<CertificateRecipe>? change = null) => CertificateForge.Root("O=gloo-mesh", recipe =>
    {
        recipe.Key = ForgedKey.Rsa();
        change?.Invoke(recipe);
    });

    private static RuleSubject Root(Action<CertificateRecipe>? change = null, string name = "own-root", string type = SecretType.Opaque) =>
        Subject(name, type, ("root-cert.pem", Forge(change).Pem), ("key.pem", Forge(change).Key.TraditionalPem));

    private static RuleSubject Subject(string name, string type, params (string Key, string Value)[] values) => RuleSecrets.Subject(name, null, "gloo-mesh", type, values);

    private static RuleSubject In(RuleSubject subject, RuleSubject[]? others = null, Manifest[]? resources = null) => subject with
    {
        Context = subject.Context with { Others = [.. others ?? []], Resources = [.. resources ?? []] },
    };

    private static RuleSubject Of(Manifest resource) => RuleSubjects.OfResource(resource, RuleSecrets.Context);

    private static Manifest VirtualMesh(string config, string meshes = Meshes) => Read(
        $"apiVersion: networking.mesh.gloo.solo.io/v1\nkind: VirtualMesh\nmetadata: {{ name: vm, namespace: gloo-mesh }}\nspec:\n  mtlsConfig: {{ {config} }}{meshes}\n");

    private static Manifest Policy(string config) => Read(
        $"apiVersion: admin.gloo.solo.io/v2\nkind: RootTrustPolicy\nmetadata: {{ name: root-trust-policy, namespace: gloo-mesh }}\nspec:\n  config: {{ {config} }}\n");

    private static Manifest Arn(string account) => Read(
        $"apiVersion: awspca.cert-manager.io/v1beta1\nkind: AWSPCAClusterIssuer\nmetadata: {{ name: root }}\nspec:\n  arn: arn:aws:acm-pca:us-east-1:{account}:certificate-authority/12345678-debf-4513-89f7-c1834d5ffbd5\n");

    private static Manifest Read(string yaml) => ManifestReader.Read(yaml, "test.yaml").Single();
}
