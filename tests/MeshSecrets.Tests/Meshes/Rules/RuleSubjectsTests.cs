using System.Text;
using MeshSecrets.Certificates.Reading;
using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Meshes.Rules;
using MeshSecrets.Secrets;
using MeshSecrets.Tests.Certificates.Forging;

namespace MeshSecrets.Tests.Meshes.Rules;

public sealed class RuleSubjectsTests
{
    private static readonly ForgedCertificate s_root = CertificateForge.Root();
    private static readonly ForgedCertificate s_mesh = CertificateForge.Intermediate(s_root);
    private static readonly ForgedCertificate s_leaf = CertificateForge.Leaf(s_mesh);

    [Fact]
    public void A_TLS_key()
    {
        RuleSubject subject = RuleSecrets.Subject("web", null, "shop", SecretType.Tls, ("tls.crt", s_leaf.Pem + s_mesh.Pem), ("tls.key", s_leaf.Key.TraditionalPem), ("ca.crt", s_root.Pem));
        AssertParts(subject, [s_leaf, s_mesh], [s_root], "EC PRIVATE KEY", 0);
        Assert.Equal("namespace/shop/web", subject.Target);
        Assert.Equal("P256", subject.Key!.AlgorithmName);
    }

    [Fact]
    public void Cacerts_of_Istio_in_both_layouts()
    {
        (string Key, string Value)[] old = [("ca-cert.pem", s_mesh.Pem), ("ca-key.pem", s_mesh.KeyPem), ("root-cert.pem", s_root.Pem), ("cert-chain.pem", s_mesh.Pem + s_root.Pem)];
        AssertParts(RuleSecrets.Subject("cacerts", null, "istio-system", SecretType.Opaque, old), [s_mesh, s_root], [s_root], "PRIVATE KEY", 0);
        (string Key, string Value)[] both = [.. old, ("tls.crt", s_leaf.Pem), ("tls.key", s_leaf.KeyPem)];
        AssertParts(RuleSecrets.Subject("cacerts", null, "istio-system", SecretType.Opaque, both), [s_leaf], [], "PRIVATE KEY", 0);
    }

    [Fact]
    public void The_self_signed_authority_of_Istio_has_empty_values() => AssertParts(
        RuleSecrets.Subject("istio-ca-secret", null, "istio-system", "istio.io/ca-root", ("ca-cert.pem", s_root.Pem), ("ca-key.pem", s_root.KeyPem), ("cert-chain.pem", ""), ("key.pem", ""), ("root-cert.pem", "")),
        [s_root], [], "PRIVATE KEY", 0);

    [Fact]
    public void The_authority_of_OSM() => AssertParts(
        RuleSecrets.Subject("osm-ca-bundle", null, "osm-system", SecretType.Opaque, ("ca.crt", s_root.Pem), ("private.key", s_root.KeyPem), ("expiration", "2040-01-01T00:00:00.000Z")),
        [s_root], [], "PRIVATE KEY", 0);

    [Fact]
    public void The_root_of_a_VirtualMesh_of_Gloo() => AssertParts(
        RuleSecrets.Subject("vm.gloo-mesh", null, "gloo-mesh", SecretType.Opaque, ("root-cert.pem", s_root.Pem), ("key.pem", s_root.KeyPem)),
        [s_root], [], "PRIVATE KEY", 0);

    [Fact]
    public void The_one_value_of_Kuma()
    {
        AssertParts(RuleSecrets.Subject("ca-cert", "default", null, "system.kuma.io/secret", ("value", s_root.Pem)), [s_root], [], null, 0);
        AssertParts(RuleSecrets.Subject("ca-key", "default", null, "system.kuma.io/secret", ("value", s_root.KeyPem)), [], [], "PRIVATE KEY", 0);
        AssertParts(RuleSecrets.Subject("token", "default", null, "system.kuma.io/secret", ("value", "eyJhbGciOi")), [], [], null, 0);
    }

    [Fact]
    public void Credentials_of_gateways_in_the_older_names()
    {
        AssertParts(RuleSecrets.Subject("shop", null, "istio-system", SecretType.Opaque, ("cert", s_leaf.Pem), ("key", s_leaf.KeyPem), ("cacert", s_root.Pem)), [s_leaf], [s_root], "PRIVATE KEY", 0);
        AssertParts(RuleSecrets.Subject("shop-cacert", null, "istio-system", SecretType.Opaque, ("cacert", s_root.Pem)), [], [s_root], null, 0);
    }

    [Fact]
    public void Trust_alone_and_names_of_ones_own()
    {
        AssertParts(RuleSecrets.Subject("relay-root-tls-secret", null, "gloo-mesh", SecretType.Opaque, ("ca.crt", s_root.Pem)), [], [s_root], null, 0);
        AssertParts(
            RuleSecrets.Subject("mine", null, "shop", SecretType.Opaque, ("bundle.pem", s_root.Pem), ("server.pem", s_leaf.Pem), ("server-key.pem", s_leaf.KeyPem), ("password", "correct horse battery")),
            [s_leaf], [s_root], "PRIVATE KEY", 0);
    }

    [Fact]
    public void What_is_broken_is_a_fault_and_the_rest_is_there()
    {
        RuleSubject subject = RuleSecrets.Subject("web", null, "shop", SecretType.Tls, ("tls.crt", s_leaf.Pem), ("tls.key", ""), ("ca.crt", s_root.Pem[..200]));
        AssertParts(subject, [s_leaf], [], null, 2);
        Assert.Equal("MaterialEmpty", subject.Faults[0].ErrorId);
        Assert.Contains("namespace/shop/web, tls.key", subject.Faults[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_with_what_came_with_them()
    {
        SubjectCompanions companions = new() { Key = Content(s_leaf.KeyPem, "site.key"), Authorities = [Content(s_root.Pem, "ca.pem")] };
        RuleSubject subject = Assert.Single(RuleSubjects.OfContent(Content(s_leaf.Pem + s_mesh.Pem, "site.pem"), companions, MaterialReadOptions.Default, RuleSecrets.Context));
        AssertParts(subject, [s_leaf, s_mesh], [s_root], "PRIVATE KEY", 0);
        RuleSubject combined = Assert.Single(RuleSubjects.OfContent(Content(s_leaf.KeyPem + s_leaf.Pem, "site.pem"), SubjectCompanions.None, MaterialReadOptions.Default, RuleSecrets.Context));
        AssertParts(combined, [s_leaf], [], "PRIVATE KEY", 0);
    }

    [Fact]
    public void A_bundle_of_roots_is_a_subject_for_each()
    {
        ForgedCertificate other = CertificateForge.Root("CN=Other", recipe => recipe.Key = ForgedKey.Ec("other"));
        RuleSubject[] subjects = [.. RuleSubjects.OfContent(Content(s_root.Pem + other.Pem, "roots.pem"), SubjectCompanions.None, MaterialReadOptions.Default, RuleSecrets.Context)];
        Assert.Equal([s_root.Info.Thumbprint, other.Info.Thumbprint], subjects.Select(subject => subject.Certificate!.Thumbprint));
        Assert.All(subjects, subject => Assert.StartsWith("roots.pem: ", subject.Target, StringComparison.Ordinal));
    }

    [Fact]
    public void A_request_in_place_of_a_certificate_is_a_fault() => Assert.Equal(
        "CertificateExpectedRequestFound",
        Assert.Single(RuleSubjects.OfContent(Content(MeshSecrets.Tests.Certificates.Reading.TestMaterial.Shared.RequestPem, "site.crt"), SubjectCompanions.None, MaterialReadOptions.Default, RuleSecrets.Context).Single().Faults).ErrorId);

    [Fact]
    public void A_ConfigMap_is_trust()
    {
        string yaml = $"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: istio-ca-root-cert\n  namespace: shop\ndata:\n  note: hello\n  root-cert.pem: |\n    {s_root.Pem.TrimEnd().Replace("\n", "\n    ", StringComparison.Ordinal)}\n";
        RuleSubject subject = RuleSubjects.OfResource(Assert.Single(ManifestReader.Read(yaml, "cm.yaml")), RuleSecrets.Context);
        AssertParts(subject, [], [s_root], null, 0);
        Assert.Equal("ConfigMap shop/istio-ca-root-cert", subject.Target);
    }

    private static SourceContent Content(string text, string source) => new(Encoding.UTF8.GetBytes(text), source);

    private static void AssertParts(RuleSubject subject, ForgedCertificate[] chain, ForgedCertificate[] roots, string? keyLabel, int faults)
    {
        Assert.True(faults == subject.Faults.Length, string.Join('\n', subject.Faults));
        Assert.Equal(chain.Select(forged => forged.Info.Thumbprint), subject.Chain.Select(certificate => certificate.Thumbprint));
        Assert.Equal(roots.Select(forged => forged.Info.Thumbprint), subject.Roots.Select(certificate => certificate.Thumbprint));
        Assert.Equal(keyLabel, subject.Key?.Label);
    }
}
