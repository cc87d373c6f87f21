using MeshSecrets.Meshes;
using MeshSecrets.Meshes.Dependencies;
using MeshSecrets.Meshes.Manifests;

namespace MeshSecrets.Tests.Meshes.Istio;

public sealed class IstioUseTests
{
    [Fact]
    public void A_Gateway_uses_its_credentials_and_their_CAs()
    {
        string[] uses = Uses("""
            apiVersion: networking.istio.io/v1
            kind: Gateway
            metadata: {name: shop, namespace: istio-system}
            spec:
              servers:
              - port: {number: 443, name: https, protocol: HTTPS}
                hosts: [shop.example]
                tls: {mode: MUTUAL, credentialName: shop-tls}
              - port: {number: 8443, name: api, protocol: HTTPS}
                hosts: [api.example]
                tls: {mode: SIMPLE, credentialNames: [api-rsa, kubernetes-gateway://web/api-ec, web/api-old]}
              - port: {number: 80, name: http, protocol: HTTP}
                hosts: ["*"]
            """);
        Assert.Equal(
            [
                "Gateway istio-system/shop servers[https].tls.credentialName -> /shop-tls",
                "Gateway istio-system/shop servers[https].tls.credentialName -> /shop-tls-cacert",
                "Gateway istio-system/shop servers[api].tls.credentialNames -> /api-rsa",
                "Gateway istio-system/shop servers[api].tls.credentialNames -> web/api-ec",
                "Gateway istio-system/shop servers[api].tls.credentialNames -> web/api-old",
            ],
            uses);
    }

    [Fact]
    public void A_DestinationRule_uses_credentials_at_every_level()
    {
        string[] uses = Uses("""
            apiVersion: networking.istio.io/v1beta1
            kind: DestinationRule
            metadata: {name: bank, namespace: shop}
            spec:
              host: bank.example
              trafficPolicy:
                tls: {mode: MUTUAL, credentialName: bank}
                portLevelSettings:
                - port: {number: 8443}
                  tls: {mode: SIMPLE, credentialName: bank-ca-cacert}
                - port: {number: 9443}
                  tls: {mode: SIMPLE, credentialName: "configmap://shop/roots"}
              subsets:
              - name: v2
                trafficPolicy:
                  tls: {mode: MUTUAL, credentialName: bank-v2}
            """);
        Assert.Equal(
            [
                "DestinationRule shop/bank trafficPolicy.tls.credentialName -> /bank",
                "DestinationRule shop/bank trafficPolicy.tls.credentialName -> /bank-cacert",
                "DestinationRule shop/bank trafficPolicy.portLevelSettings[8443].tls.credentialName -> /bank-ca-cacert",
                "DestinationRule shop/bank subsets[v2].trafficPolicy.tls.credentialName -> /bank-v2",
                "DestinationRule shop/bank subsets[v2].trafficPolicy.tls.credentialName -> /bank-v2-cacert",
            ],
            uses);
    }

    [Fact]
    public void The_Gateway_of_the_Gateway_API_names_TLS_keys() => Assert.Equal(
        ["Gateway web/shop listeners[https].tls.certificateRefs -> web/shop-tls", "Gateway web/shop listeners[https].tls.certificateRefs -> certs/other"],
        Uses("""
            apiVersion: gateway.networking.k8s.io/v1
            kind: Gateway
            metadata: {name: shop, namespace: web}
            spec:
              listeners:
              - name: https
                tls:
                  certificateRefs:
                  - {name: shop-tls}
                  - {name: other, namespace: certs, kind: Secret}
                  - {name: roots, kind: ConfigMap}
            """));

    [Fact]
    public void Istiod_uses_cacerts() => Assert.Equal(
        ["Deployment istio-system/istiod template.spec.volumes[cacerts].secret.secretName -> istio-system/cacerts"],
        Uses("""
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: istiod, namespace: istio-system}
            spec: {template: {spec: {volumes: [{name: cacerts, secret: {secretName: cacerts, optional: true}}, {name: other, secret: {secretName: x}}]}}}
            """));

    private static string[] Uses(string yaml)
    {
        Manifest resource = Assert.Single(ManifestReader.Read(yaml, "uses.yaml"));
        ResourceKind kind = MeshDialects.RecognizeResource(resource)!;
        return [.. kind.FindUses(resource).Select(use => $"{use.User} {use.Field} -> {use.Namespace}/{use.SecretName}")];
    }
}
