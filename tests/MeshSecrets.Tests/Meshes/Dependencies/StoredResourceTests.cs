using System.Buffers;
using System.Text;
using MeshSecrets.Meshes.Dependencies;
using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Secrets;

namespace MeshSecrets.Tests.Meshes.Dependencies;

public sealed class StoredResourceTests
{
    private const string Gateway = """
        ---
        apiVersion: networking.istio.io/v1
        kind: Gateway
        metadata:
          name: shop
          namespace: istio-system
          annotations:
            note: "1.0"
        spec:
          servers:
          - port:
              number: 443
            hosts:
            - "*"
            tls:
              mode: SIMPLE
              credentialName: shop-cert
              minProtocolVersion: null

        """;

    [Fact]
    public void A_resource_comes_out_as_it_went_in()
    {
        using Secret secret = StoredResource.Write(Assert.Single(ManifestReader.Read(Gateway, "gateway.yaml")));

        Assert.Equal("namespace/istio-system/gateway.shop", secret.Id.ToString());
        Assert.True(StoredResource.IsOne(secret.Metadata));
        Assert.Equal("Gateway", secret.Metadata.Labels[StoredResource.KindLabel]);
        Manifest resource = StoredResource.Read(secret);
        Assert.Equal("Gateway istio-system/shop", resource.ToString());
        Assert.Equal(secret.Id.ToString(), resource.Source);
        ArrayBufferWriter<byte> written = new();
        ManifestWriter.WriteYaml(resource, written);
        Assert.Equal(Gateway.Trim(), Encoding.UTF8.GetString(written.WrittenSpan).Trim());
    }

    [Fact]
    public void Kinds_of_one_name_and_two_groups_do_not_meet()
    {
        string other = Gateway.Replace("networking.istio.io/v1", "gateway.networking.k8s.io/v1", StringComparison.Ordinal);
        Manifest[] both = [.. ManifestReader.Read(Gateway + other, "gateways.yaml")];
        Assert.Equal("namespace/istio-system/gateway.shop", StoredResource.IdOf(both[0]).ToString());
        Assert.Equal("namespace/istio-system/gateway.gateway.networking.k8s.io.shop", StoredResource.IdOf(both[1]).ToString());
    }

    [Theory]
    [InlineData("type: Mesh\nname: default\n", "global/mesh.default")]
    [InlineData("type: MeshGateway\nmesh: shop\nname: edge\n", "mesh/shop/meshgateway.edge")]
    [InlineData("apiVersion: kuma.io/v1alpha1\nkind: Mesh\nmetadata: {name: default}\n", "global/mesh.default")]
    [InlineData("apiVersion: kuma.io/v1alpha1\nkind: TrafficRoute\nmesh: shop\nmetadata: {name: all}\n", "mesh/shop/trafficroute.all")]
    [InlineData("apiVersion: kuma.io/v1alpha1\nkind: MeshTrust\nmetadata: {name: t, namespace: kuma-system, labels: {kuma.io/mesh: shop}}\n", "namespace/kuma-system/mesh/shop/meshtrust.t")]
    public void It_is_kept_in_its_own_scope(string yaml, string id) =>
        Assert.Equal(id, StoredResource.IdOf(Assert.Single(ManifestReader.Read(yaml, "x"))).ToString());

    [Fact]
    public void A_resource_without_a_name_cannot_be_kept() =>
        Assert.Equal("SecretNameInvalid", Assert.Throws<MeshException>(() => StoredResource.Write(Assert.Single(ManifestReader.Read("type: Mesh\n", "x")))).ErrorId);

    [Theory]
    [InlineData("")]
    [InlineData("kind: A\n---\nkind: B\n")]
    public void What_is_no_single_resource_any_more_is_refused(string yaml)
    {
        using Secret secret = new(
            new SecretMetadata { Id = new SecretId("gateway.shop"), Type = SecretType.Resource },
            new SecretData().Set(StoredResource.ResourceKey, Encoding.UTF8.GetBytes(yaml)));
        Assert.Equal("ManifestInvalid", Assert.Throws<MeshException>(() => StoredResource.Read(secret)).ErrorId);
    }
}
