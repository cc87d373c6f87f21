using System.Buffers;
using System.Text;
using MeshSecrets.Meshes;
using MeshSecrets.Meshes.Dependencies;
using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Meshes.Osm;

namespace MeshSecrets.Tests.Meshes.Osm;

public sealed class MeshRootCertificateTests
{
    [Fact]
    public void Of_tresor_it_is_as_osm_takes_it()
    {
        MeshRootCertificate root = new() { Provider = new TresorProvider("osm-ca-bundle", "osm-system") };
        Assert.EndsWith(
            """
            apiVersion: config.openservicemesh.io/v1alpha2
            kind: MeshRootCertificate
            metadata:
              name: osm-mesh-root-certificate
              namespace: osm-system
            spec:
              provider:
                tresor:
                  ca:
                    secretRef:
                      name: osm-ca-bundle
                      namespace: osm-system
              trustDomain: cluster.local
              role: active
              spiffeEnabled: false

            """,
            Yaml(root),
            StringComparison.Ordinal);
        SecretUse use = Assert.Single(Uses(root));
        Assert.Equal(("osm-ca-bundle", "osm-system", "spec.provider.tresor.ca.secretRef"), (use.SecretName, use.Namespace, use.Field));
        Assert.Equal("MeshRootCertificate osm-system/osm-mesh-root-certificate", use.User);
    }

    [Fact]
    public void Of_vault_it_refers_to_the_token()
    {
        MeshRootCertificate root = new()
        {
            Name = "vault-root",
            Role = MeshRootCertificateRole.Passive,
            SpiffeEnabled = true,
            TrustDomain = "shop.example",
            Provider = new VaultProvider("vault.contoso.com", 8200, "openservicemesh", "https", "vault-token", "token", "osm-system"),
        };
        string yaml = Yaml(root);
        Assert.Contains("port: 8200\n", yaml, StringComparison.Ordinal);
        Assert.Contains("role: passive\n", yaml, StringComparison.Ordinal);
        Assert.Contains("spiffeEnabled: true\n", yaml, StringComparison.Ordinal);
        SecretUse use = Assert.Single(Uses(root));
        Assert.Equal(("vault-token", "spec.provider.vault.token.secretKeyRef"), (use.SecretName, use.Field));
    }

    [Fact]
    public void Of_cert_manager_it_refers_to_no_secret()
    {
        MeshRootCertificate root = new() { Provider = new CertManagerProvider("osm-ca") };
        Assert.Contains("issuerGroup: cert-manager.io\n", Yaml(root), StringComparison.Ordinal);
        Assert.Empty(Uses(root));
    }

    [Theory]
    [InlineData("", "osm-system")]
    [InlineData("osm-ca-bundle", "")]
    public void A_secret_without_a_name_is_refused(string name, string ns) =>
        Fails.With("OsmRootCertificateInvalid", () => new MeshRootCertificate { Provider = new TresorProvider(name, ns) }.ToManifest());

    [Fact]
    public void What_osm_refuses_is_refused_here()
    {
        VaultProvider vault = new("vault", 8200, "osm", "https", "token", "token", "osm-system");
        foreach (OsmProvider wrong in new OsmProvider[] { vault with { Host = "" }, vault with { Role = "" }, vault with { Protocol = "ftp" }, vault with { Port = 0 }, vault with { TokenSecretKey = "" }, new CertManagerProvider("") })
        {
            Fails.With("OsmRootCertificateInvalid", () => new MeshRootCertificate { Provider = wrong }.ToManifest());
        }

        Fails.With("OsmRootCertificateInvalid", () => new MeshRootCertificate { Provider = vault, TrustDomain = "" }.ToManifest());
        Fails.With("SpiffeIdInvalid", () => new MeshRootCertificate { Provider = vault, TrustDomain = "Shop Example" }.ToManifest());
    }

    private static string Yaml(MeshRootCertificate root)
    {
        ArrayBufferWriter<byte> yaml = new();
        ManifestWriter.WriteYaml(root.ToManifest(), yaml);
        return Encoding.UTF8.GetString(yaml.WrittenSpan);
    }

    private static List<SecretUse> Uses(MeshRootCertificate root)
    {
        Manifest manifest = Assert.Single(ManifestReader.Read(Yaml(root), "mrc.yaml"));
        return [.. MeshDialects.RecognizeResource(manifest)!.FindUses(manifest)];
    }
}
