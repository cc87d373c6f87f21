using MeshSecrets.Meshes;
using MeshSecrets.Meshes.Dependencies;
using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Secrets;

namespace MeshSecrets.Tests.Meshes.Kuma;

public sealed class KumaDependencyTests
{
    [Theory]
    [InlineData(GuideDocument.Kuma04)]
    [InlineData(GuideDocument.KongMesh21)]
    public void Guides_meshes_use_the_two_secrets_that_they_name(string document)
    {
        List<Manifest> meshes = [.. GuideDocument.Read(document).Where(manifest => manifest.Kind == "Mesh")];
        Assert.Equal(2, meshes.Count);
        Assert.All(meshes, mesh => Assert.Equal(
            ["mtls.backends[ca-1].config.cert.secret: my-cert", "mtls.backends[ca-1].config.key.secret: my-key"],
            FindUses(mesh).Select(use => $"{use.Field}: {use.SecretName}")));
    }

    [Fact]
    public void Builtin_backend_owns_two_secrets()
    {
        List<SecretUse> uses = FindUses("type: Mesh\nname: shop\nmtls:\n  backends:\n  - name: ca-1\n    type: builtin\n");
        Assert.Equal(["shop.ca-builtin-cert-ca-1", "shop.ca-builtin-key-ca-1"], uses.Select(use => use.SecretName));
        Assert.Contains("is currently in use in Mesh \"shop\" in mTLS backend \"ca-1\".", uses[0].Effect, StringComparison.Ordinal);
        Assert.True(uses[0].Means(new SecretId("shop.ca-builtin-cert-ca-1", "shop", "kuma-system")));
        Assert.False(uses[0].Means(new SecretId("shop.ca-builtin-cert-ca-1", "other")));
    }

    [Theory]
    [InlineData("mtls:\n  enabled: true\n  ca:\n    builtin: {}\n", "builtinca.default")]
    [InlineData("mtls:\n  enabled: true\n  ca:\n    provided: {}\n", "providedca.default")]
    [InlineData("mtls:\n  backends:\n  - name: a\n    type: vault\n    conf:\n      fromCp:\n        tls:\n          caCert:\n            secret: server\n        auth:\n          tls:\n            clientKey:\n              secret: ck\n            clientCert:\n              file: f\n", "server,ck")]
    [InlineData("mtls:\n  backends:\n  - name: a\n    type: acmpca\n    conf:\n      auth:\n        awsCredentials:\n          accessKey:\n            secret: id\n          accessKeySecret:\n            secret: sk\n", "id,sk")]
    [InlineData("mtls:\n  backends:\n  - name: a\n    type: provided\n    conf:\n      cert:\n        file: a\n      key:\n        inline: b\n", "")]
    [InlineData("metrics: {}\n", "")]
    public void All_generations_and_types_of_backends_are_known(string mtls, string secrets) =>
        Assert.Equal(secrets, string.Join(',', FindUses($"type: Mesh\nname: default\n{mtls}").Select(use => use.SecretName)));

    [Theory]
    [InlineData("apiVersion: kuma.io/v1alpha1\nkind: MeshGateway\nmesh: shop\nmetadata:\n  name: edge\nspec:\n  conf:\n    listeners:\n    - tls:\n        certificates:\n        - secret: edge-cert\n", "MeshGateway edge: conf.listeners[0].tls.certificates[0].secret shop/edge-cert")]
    [InlineData("type: ExternalService\nmesh: shop\nname: bank\nnetworking:\n  tls:\n    clientKey:\n      secret: bank-key\n", "ExternalService shop/bank: networking.tls.clientKey.secret shop/bank-key")]
    [InlineData("apiVersion: kuma.io/v1alpha1\nkind: MeshExternalService\nmetadata:\n  name: bank\n  namespace: kuma-system\n  labels:\n    kuma.io/mesh: shop\nspec:\n  tls:\n    verification:\n      caCert:\n        secret: bank-ca\n", "MeshExternalService kuma-system/bank: tls.verification.caCert.secret shop/bank-ca")]
    [InlineData("type: MeshIdentity\nmesh: shop\nname: id\nspec:\n  provider:\n    type: Bundled\n    bundled:\n      ca:\n        certificate:\n          type: Secret\n          secretRef:\n            kind: Secret\n            name: id-cert\n", "MeshIdentity shop/id: provider.bundled.ca.certificate.secretRef shop/id-cert")]
    [InlineData("type: MeshIdentity\nmesh: shop\nname: id\nspec:\n  provider:\n    type: Bundled\n    bundled:\n      autogenerate:\n        enabled: true\n", "MeshIdentity shop/id: provider.bundled.autogenerate shop/id-root-ca|MeshIdentity shop/id: provider.bundled.autogenerate shop/id-private-key")]
    public void Other_resources_name_secrets_of_their_mesh(string yaml, string expected) =>
        Assert.Equal(expected, string.Join('|', FindUses(yaml).Select(use => $"{use.User}: {use.Field} {use.Mesh}/{use.SecretName}")));

    private static List<SecretUse> FindUses(string yaml) => FindUses(Assert.Single(ManifestReader.Read(yaml, "kuma.yaml")));

    private static List<SecretUse> FindUses(Manifest manifest) => [.. MeshDialects.RecognizeResource(manifest)!.FindUses(manifest)];
}
