using MeshSecrets.Meshes;
using MeshSecrets.Meshes.Dependencies;
using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Secrets;

namespace MeshSecrets.Tests.Meshes.Gloo;

/// <summary>Which secrets Gloo Mesh's resources use.</summary>
public sealed class GlooUseTests
{
    [Theory]
    [InlineData("mtlsConfig: { shared: { rootCertificateAuthority: { secret: { name: own, namespace: gloo-mesh } } } }", "own")]
    [InlineData("mtlsConfig: { shared: { rootCertificateAuthority: { generated: {} } } }", "virtual-mesh.gloo-mesh")]
    [InlineData("mtlsConfig: { shared: { intermediateCertificateAuthority: { vault: { tokenSecretRef: { name: vault-token, namespace: gloo-mesh } } } } }", "vault-token")]
    [InlineData("mtlsConfig: {}", "")]
    public void Of_a_VirtualMesh(string spec, string expected) => AssertUses("networking.mesh.gloo.solo.io/v1", "VirtualMesh", "virtual-mesh", spec, expected);

    [Theory]
    [InlineData("config: { mgmtServerCa: { secretRef: { name: new, namespace: gloo-mesh } }, passiveCertificateAuthorities: [{ secretRef: { name: former } }, { name: older }] }", "new former older")]
    [InlineData("config: { mgmtServerCa: { generated: {} } }", "")]
    [InlineData("config: { agentCa: { vault: { kubernetesAuth: { role: istio } } } }", "")]
    public void Of_a_RootTrustPolicy(string spec, string expected) => AssertUses("admin.gloo.solo.io/v2", "RootTrustPolicy", "root-trust-policy", spec, expected);

    [Theory]
    [InlineData("enterprise-networking", "relay-server-tls-secret relay-tls-signing-secret relay-identity-token-secret")]
    [InlineData("gloo-mesh-agent", "relay-client-tls-secret relay-root-tls-secret relay-identity-token-secret")]
    public void Of_the_relay(string name, string expected) => AssertUses("apps/v1", "Deployment", name, "replicas: 1", expected);

    [Fact]
    public void Another_deployment_is_none_of_the_relay() => Assert.DoesNotContain(MeshDialects.ResourceKinds.Where(kind => kind.Matches(Read("apps/v1", "Deployment", "shop", "replicas: 1"))), kind => kind.GetType().Name == "RelayDeploymentKind");

    [Fact]
    public void A_use_means_the_secret_of_its_namespace()
    {
        Manifest policy = Read("admin.gloo.solo.io/v2", "RootTrustPolicy", "p", "config: { mgmtServerCa: { secretRef: { name: own, namespace: gloo-mesh } } }");
        SecretUse use = Assert.Single(MeshDialects.RecognizeResource(policy)!.FindUses(policy));
        Assert.True(use.Means(new SecretId("own", mesh: null, "gloo-mesh")));
        Assert.False(use.Means(new SecretId("own", mesh: null, "other")));
    }

    private static void AssertUses(string apiVersion, string kind, string name, string spec, string expected)
    {
        Manifest manifest = Read(apiVersion, kind, name, spec);
        SecretUse[] uses = [.. MeshDialects.RecognizeResource(manifest)!.FindUses(manifest)];
        Assert.Equal(expected, string.Join(' ', uses.Select(use => use.SecretName)));
        Assert.All(uses, use => Assert.False(string.IsNullOrWhiteSpace(use.Effect)));
    }

    private static Manifest Read(string apiVersion, string kind, string name, string spec) =>
        ManifestReader.Read($"apiVersion: {apiVersion}\nkind: {kind}\nmetadata: {{ name: {name}, namespace: gloo-mesh }}\nspec: {{ {spec} }}\n", "test.yaml").Single();
}
