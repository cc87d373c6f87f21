using System.Collections.Immutable;
using MeshSecrets.Certificates.Reading;
using MeshSecrets.Issuers;
using MeshSecrets.Issuers.Embedded;
using MeshSecrets.Meshes;
using MeshSecrets.Meshes.Formats;
using MeshSecrets.Meshes.Gloo.Relay;
using MeshSecrets.Meshes.Gloo.RootTrust;
using MeshSecrets.Meshes.Rules;
using MeshSecrets.Meshes.Saving;
using MeshSecrets.Secrets;
using MeshSecrets.Tests.Peers;

namespace MeshSecrets.Tests.Meshes.Gloo;

/// <summary>What Gloo Mesh's guides make with openssl, by their own commands: it is read, saved whole, and its faults are told.</summary>
public sealed class GlooGuideTests
{
    private const string Leaf = "basicConstraints = CA:FALSE\nkeyUsage = digitalSignature, keyEncipherment\nextendedKeyUsage = clientAuth, serverAuth\nsubjectAltName = @alt_names\n";

    [Fact]
    public void The_root_of_the_relay_is_saved_whole()
    {
        using PeerTool openssl = Root();
        using MeshObjects objects = Objects(Secret(openssl, RelaySecretName.Root, ("ca.crt", "relay-root.crt"), ("tls.key", "relay-root.key")));
        FoundAuthority found = Assert.Single(AuthoritySearch.Find(objects));
        using AuthorityMaterial authority = found.Authority!;
        Assert.Equal("GlooRelayRoot", found.Format);
        Assert.True(authority.HasPrivateKey);
        SavedAuthority.WriteFolder(authority, openssl.PathOf("safe"), overwrite: false);
        Assert.Equal(openssl.Run("x509 -in safe/tls.crt -noout -pubkey"), openssl.Run("pkey -in safe/tls.key -pubout"));
        SavedAuthority.WritePkcs12(authority, openssl.PathOf("safe.p12"), "correct horse".AsMemory(), overwrite: false);
        Assert.Contains("enterprise-networking-mgmt-ca", openssl.RunArguments("pkcs12", "-in", "safe.p12", "-nokeys", "-passin", "pass:correct horse"), StringComparison.Ordinal);
    }

    /// <summary>01-create-mgmt-root.sh stores the server's leaf once more as signing secret.</summary>
    [Fact]
    public void A_leaf_in_place_of_the_signing_authority_cannot_issue()
    {
        using PeerTool openssl = Root();
        Issue(openssl, "relay-server-tls", "*.gloo-mesh");
        using MeshObjects objects = Objects(Secret(openssl, RelaySecretName.Signing, ("tls.crt", "relay-server-tls.crt"), ("tls.key", "relay-server-tls.key"), ("ca.crt", "relay-root.crt")));
        using AuthorityMaterial signing = new RelaySigningFormat().TryRead(objects)!;
        Assert.False(signing.Chain[0].IsCa);
        using TlsKeyMaterial material = StoredAuthority.ToMaterial(signing);
        Fails.With("AuthorityInvalid", () => CertificateAuthority.Import("global/signing", material, IssuancePolicy.Unrestricted, TimeProvider.System));
    }

    /// <summary>The guide's own backup of the signing secret takes ca.crt for its certificate.</summary>
    [Fact]
    public void The_certificate_above_the_signing_authority_is_not_its_own()
    {
        using PeerTool openssl = Root();
        Issue(openssl, "relay-tls-signing", "signing");
        using MeshObjects objects = Objects(Secret(openssl, RelaySecretName.Signing, ("ca.crt", "relay-root.crt"), ("tls.key", "relay-tls-signing.key")));
        FoundAuthority found = Assert.Single(AuthoritySearch.Find(objects));
        Assert.Null(found.Authority);
        Assert.Equal("FormatIncomplete", found.Error!.ErrorId);
    }

    /// <summary>The root of a virtual mesh as Gloo Mesh generates it: O=gloo-mesh, a PKCS#1 key, only keyCertSign.</summary>
    [Fact]
    public void The_root_of_a_virtual_mesh_comes_back_as_it_was()
    {
        using PeerTool openssl = PeerTool.Demand("openssl");
        openssl.Run("genrsa -traditional -out key.pem 2048");
        openssl.Run("req -new -x509 -key key.pem -days 365 -subj /O=gloo-mesh -addext keyUsage=critical,keyCertSign -out root-cert.pem");
        using MeshObjects objects = Objects(Secret(openssl, "virtual-mesh.gloo-mesh", ("root-cert.pem", "root-cert.pem"), ("key.pem", "key.pem")));
        VirtualMeshFormat format = new();
        using AuthorityMaterial authority = format.TryRead(objects)!;
        Assert.Equal("O=gloo-mesh", authority.Chain.Single().Subject.ToString());
        using MeshObjects written = format.Write(authority, new FormatTarget { IncludePrivateKey = true }, DateTimeOffset.UnixEpoch);
        Assert.Equal("virtual-mesh.gloo-mesh", written.Secrets[0].Id.Name);
        Assert.Equal("certificates.mesh.gloo.solo.io/generated_signing_cert", written.Secrets[0].Metadata.Type);
        Assert.True(written.Secrets[0].GetData().ContentEquals(objects.Secrets[0].GetData()), "byte for byte, and so in PKCS#1");
        Fails.With("FormatNeedsPrivateKey", () => format.Write(authority, FormatTarget.Default, DateTimeOffset.UnixEpoch));
    }

    /// <summary>The root's configuration of the guide for AWS: its usages are those of a leaf besides keyCertSign.</summary>
    [Fact]
    public void The_root_of_the_guide_for_AWS_is_told_from_one_that_every_mesh_takes()
    {
        using PeerTool openssl = PeerTool.Demand("openssl");
        openssl.Write("root-ca.conf", "[req]\nreq_extensions = v3_req\ndistinguished_name = req_distinguished_name\n[req_distinguished_name]\n[ v3_req ]\nbasicConstraints = critical,CA:TRUE\nkeyUsage = digitalSignature, keyEncipherment, keyCertSign\nextendedKeyUsage = clientAuth, serverAuth\nsubjectAltName = @alt_names\n[alt_names]\nDNS = *.gloo-mesh\n"u8);
        openssl.Run("req -new -newkey rsa:2048 -nodes -out root-ca.csr -keyout root-ca.key -subj /CN=gloo-mesh-root-ca -config root-ca.conf");
        openssl.Run("x509 -req -days 3650 -in root-ca.csr -signkey root-ca.key -extfile root-ca.conf -extensions v3_req -out root-ca.crt");
        RuleContext context = new() { Now = TimeProvider.System.GetUtcNow() };
        RuleSubject root = RuleSubjects.OfContent(new SourceContent(openssl.Read("root-ca.crt"), "root-ca.crt"), SubjectCompanions.None, MaterialReadOptions.Default, context).Single();
        Assert.Equal(["GlooVirtualMeshLeafUsages"], Judge("GlooVirtualMesh", root));
        Assert.Contains("Kuma04DigitalSignature", Judge("Kuma04", root));
        Assert.Contains("Kuma04KeyEncipherment", Judge("Kuma04", root));
    }

    /// <summary>01-create-mgmt-root.sh and 02-create-remote-root.sh, as they are.</summary>
    [Fact]
    public void What_the_published_scripts_make_is_judged()
    {
        using PeerTool openssl = Root();
        Issue(openssl, "relay-server-tls", "*.gloo-mesh");
        Issue(openssl, "relay-client-tls", "cluster1");
        using Secret server = Secret(openssl, RelaySecretName.Server, ("tls.crt", "relay-server-tls.crt"), ("tls.key", "relay-server-tls.key"), ("ca.crt", "relay-root.crt"));
        using Secret signing = Secret(openssl, RelaySecretName.Signing, ("tls.crt", "relay-server-tls.crt"), ("tls.key", "relay-server-tls.key"), ("ca.crt", "relay-root.crt"));
        using Secret client = Secret(openssl, RelaySecretName.Client, ("tls.crt", "relay-client-tls.crt"), ("tls.key", "relay-client-tls.key"), ("ca.crt", "relay-root.crt"));
        RuleContext context = new() { Now = TimeProvider.System.GetUtcNow(), Clusters = ["cluster1"] };
        RuleSubject[] subjects = [.. new[] { server, signing, client }.Select(secret => RuleSubjects.OfSecret(secret, context))];
        string[] JudgeBeside(int i) => Judge("GlooRelay", subjects[i] with { Context = context with { Others = [.. subjects.Where(other => other != subjects[i])] } });
        Assert.Equal(["GlooRelaySerialUnique", "GlooRelaySharedKey"], JudgeBeside(0));
        Assert.Equal(["GlooRelaySigningIsCa", "GlooRelaySerialUnique", "GlooRelaySharedKey"], JudgeBeside(1));
        Assert.Equal(["GlooRelaySerialUnique"], JudgeBeside(2));
    }

    private static string[] Judge(string set, RuleSubject subject) => [.. MeshDialects.FindRuleSet(set).Judge(subject).Select(finding => finding.RuleId).Distinct()];

    private static PeerTool Root()
    {
        PeerTool openssl = PeerTool.Demand("openssl");
        openssl.RunArguments("req", "-new", "-newkey", "rsa:2048", "-x509", "-sha256", "-days", "3650", "-nodes", "-out", "relay-root.crt", "-keyout", "relay-root.key", "-subj", "/CN=enterprise-networking-mgmt-ca", "-addext", "extendedKeyUsage = clientAuth, serverAuth");
        return openssl;
    }

    private static void Issue(PeerTool openssl, string name, string dnsName)
    {
        openssl.Write($"{name}.conf", System.Text.Encoding.ASCII.GetBytes($"[req]\nreq_extensions = v3_req\ndistinguished_name = req_distinguished_name\n[req_distinguished_name]\n[ v3_req ]\n{Leaf}[alt_names]\nDNS = {dnsName}\n"));
        openssl.Run($"genrsa -out {name}.key 2048");
        openssl.Run($"req -new -key {name}.key -out {name}.csr -subj /CN=enterprise-networking-mgmt-ca -config {name}.conf");
        openssl.Run($"x509 -req -days 3650 -CA relay-root.crt -CAkey relay-root.key -set_serial 0 -in {name}.csr -out {name}.crt -extensions v3_req -extfile {name}.conf");
    }

    private static Secret Secret(PeerTool openssl, string name, params (string Key, string File)[] values)
    {
        SecretData data = new();
        foreach ((string key, string file) in values)
        {
            data.Set(key, openssl.Read(file));
        }

        return new Secret(new SecretMetadata { Id = new SecretId(name, mesh: null, "gloo-mesh"), Type = SecretType.Opaque }, data);
    }

    private static MeshObjects Objects(params Secret[] secrets) => new([.. secrets], ImmutableArray<MeshSecrets.Meshes.Manifests.Manifest>.Empty);
}
