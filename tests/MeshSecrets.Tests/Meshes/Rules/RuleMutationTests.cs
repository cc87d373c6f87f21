using MeshSecrets.Certificates;
using MeshSecrets.Meshes;
using MeshSecrets.Meshes.Rules;
using MeshSecrets.Secrets;
using MeshSecrets.Tests.Certificates.Forging;
using MeshSecrets.Tests.Meshes.Standards;

namespace MeshSecrets.Tests.Meshes.Rules;

/// <summary>Whatever can be read can be judged: no rule fails on a certificate or list that is odd, as long as it is one.</summary>
public sealed class RuleMutationTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Altered_certificates_are_judged_by_every_rule(int seed)
    {
        Random random = new(seed);
        ForgedCertificate[] samples =
        [
            StandardCases.Web, StandardCases.Mesh, StandardCases.Root,
            CertificateForge.Leaf(StandardCases.Mesh, recipe => (recipe.Key, recipe.Uri, recipe.Ip, recipe.Email) = (ForgedKey.Rsa(), ["spiffe://default/web"], ["10.0.0.1"], ["ops@web.example"])),
        ];
        byte[] crl = CrlForge.Make(StandardCases.Mesh, CertificateForge.Now.AddDays(-1), CertificateForge.Now.AddDays(7), "21", "22");
        int judged = 0;
        for (int i = 0; i < 1000; i++)
        {
            ForgedCertificate sample = samples[i % samples.Length];
            if (Alter(sample.Der, random) is not { } altered)
            {
                continue;
            }

            judged++;
            RuleSubject subject = new()
            {
                Target = "altered",
                Chain = i % 3 == 0 ? [StandardCases.Web.Info, altered] : [altered, StandardCases.Mesh.Info],
                Roots = i % 2 == 0 ? [StandardCases.Root.Info] : [altered],
                Crls = [Bytes(crl, random)],
                Key = sample.KeyFacts,
                Context = RuleSecrets.Context with { Hosts = ["web.example"], TrustDomain = "default", Clusters = ["cluster-1"] },
            };
            foreach (RuleSet set in MeshDialects.RuleSets)
            {
                Assert.All(set.Judge(subject), finding => Assert.NotEmpty(finding.Found));
            }
        }

        Assert.InRange(judged, 100, 1000);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Secrets_with_altered_values_are_judged_by_every_rule(int seed)
    {
        Random random = new(seed);
        ForgedCertificate root = StandardCases.Root;
        ForgedCertificate mesh = StandardCases.Mesh;
        ForgedCertificate web = StandardCases.Web;
        string list = CrlForge.Pem(CrlForge.Make(mesh, CertificateForge.Now.AddDays(-1), CertificateForge.Now.AddDays(7), "21"));
        (string Name, string? Mesh, string? Namespace, string Type, (string Key, string Value)[] Values)[] samples =
        [
            ("web", null, "shop", SecretType.Tls, [("tls.crt", web.Pem + mesh.Pem), ("tls.key", web.KeyPem), ("ca.crt", root.Pem), ("ca.crl", list)]),
            ("cacerts", null, "istio-system", SecretType.Opaque, [("ca-cert.pem", mesh.Pem), ("ca-key.pem", mesh.KeyPem), ("root-cert.pem", root.Pem), ("cert-chain.pem", mesh.Pem + root.Pem), ("ca-crl.pem", list)]),
            ("osm-ca-bundle", null, "osm-system", SecretType.Opaque, [("ca.crt", root.Pem), ("private.key", root.KeyPem), ("expiration", "2040-01-01T00:00:00.000Z")]),
            ("vm.gloo-mesh", null, "gloo-mesh", SecretType.Opaque, [("root-cert.pem", root.Pem), ("key.pem", root.KeyPem)]),
            ("relay-root-tls-secret", null, "gloo-mesh", SecretType.Opaque, [("ca.crt", root.Pem)]),
            ("relay-client-tls-secret", null, "gloo-mesh", SecretType.Tls, [("tls.crt", web.Pem), ("tls.key", web.KeyPem), ("ca.crt", root.Pem)]),
            ("default.ca-builtin-cert-ca-1", "default", null, "system.kuma.io/secret", [("value", root.Pem)]),
            ("shop", null, "istio-system", SecretType.Opaque, [("cert", web.Pem), ("key", web.KeyPem), ("cacert", root.Pem)]),
        ];
        for (int i = 0; i < 160; i++)
        {
            (string name, string? inMesh, string? inNamespace, string type, (string Key, string Value)[] values) = samples[i % samples.Length];
            int which = random.Next(values.Length);
            (string Key, string Value)[] altered = [.. values.Select((value, at) => at == which ? (value.Key, Text(value.Value, random)) : value)];
            RuleSubject subject = RuleSecrets.Subject(name, inMesh, inNamespace, type, altered);
            using (subject.Secret)
            {
                foreach (RuleSet set in MeshDialects.RuleSets)
                {
                    Assert.All(set.Judge(subject), finding => Assert.NotEmpty(finding.Found));
                }
            }
        }
    }

    /// <summary>Cut short, doubled, with a byte changed, or another's content.</summary>
    private static string Text(string value, Random random) => random.Next(6) switch
    {
        0 => value[..random.Next(value.Length)],
        1 => value + value,
        2 => value.Trim(),
        3 => StandardCases.Mesh.KeyPem,
        4 => StandardCases.Root.Pem,
        _ => value.Replace(value[random.Next(value.Length)], (char)random.Next(32, 127)),
    };

    private static CertificateInfo? Alter(byte[] der, Random random)
    {
        try
        {
            return CertificateInfo.Parse(Bytes(der, random), "altered");
        }
        catch (MeshException)
        {
            return null; // The reader refuses it, so no rule sees it.
        }
    }

    private static byte[] Bytes(byte[] original, Random random)
    {
        byte[] altered = [.. original];
        for (int i = random.Next(3); i >= 0; i--)
        {
            altered[random.Next(altered.Length)] = (byte)random.Next(256);
        }

        return altered;
    }
}
