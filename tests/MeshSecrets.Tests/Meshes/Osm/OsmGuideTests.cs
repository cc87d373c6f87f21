using System.Text;
using System.Text.RegularExpressions;
using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Keys;
using MeshSecrets.Certificates.Names;
using MeshSecrets.Certificates.Profiles;
using MeshSecrets.Issuers;
using MeshSecrets.Issuers.Embedded;
using MeshSecrets.Meshes;
using MeshSecrets.Meshes.Formats;
using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Meshes.Osm;
using MeshSecrets.Meshes.Rules;
using MeshSecrets.Secrets;
using MeshSecrets.Tests.Issuers;
using MeshSecrets.Tests.Peers;

namespace MeshSecrets.Tests.Meshes.Osm;

/// <summary>The guide to the certificates of OSM v0.6, with what is wrong in it.</summary>
public sealed class OsmGuideTests
{
    [Theory]
    [InlineData("7b2359d7-f201-4d3f-a217-73fd6e44e39b.bookstore-v2.bookstore", "xDS bootstrap", 87_600)]
    [InlineData("bookstore-v2.bookstore.cluster.local", "service", 24)]
    [InlineData("osm-controller.osm-system.svc", "mutating webhook", 87_600)]
    [InlineData("osm-config-validator.osm-system.svc", "validating webhook", 87_600)]
    public void Its_kinds_of_certificates_are_known_by_their_names_and_issued_by_their_profiles(string name, string kindName, int hours)
    {
        OsmCertificateKind kind = OsmCertificateKind.OfName(name, "cluster.local")!;
        Assert.Equal((kindName, (double)hours), (kind.Name, kind.Life.TotalHours));
        using AuthorityFixture fixture = new();
        CertificateAuthority root = fixture.Root(algorithm: KeyAlgorithm.Rsa2048, validFor: TimeSpan.FromHours(100_000));
        IssuedCertificate issued = root.Issue(fixture.Order(SubjectAlternativeNames.Create([name]), kind.Profile, subject: $"CN={name},O=Open Service Mesh", key: fixture.Key(KeyAlgorithm.Rsa2048)));
        Assert.Equal(kind.Life, issued.Certificate.NotAfter - fixture.Clock.GetUtcNow());
        Assert.Equal(KeyUsages.DigitalSignature | KeyUsages.KeyEncipherment, issued.Certificate.KeyUsages);
        RuleSubject subject = new() { Target = name, Chain = [issued.Certificate], Roots = [root.Certificate], Context = new() { Now = fixture.Clock.GetUtcNow() } };
        Assert.Empty(MeshDialects.FindRuleSet("Osm06").Judge(subject));
        Assert.Empty(MeshDialects.FindRuleSet("Osm").Judge(subject));
    }

    [Fact]
    public void All_kinds_have_names_lives_and_profiles()
    {
        Assert.Equal(6, OsmCertificateKind.All.DistinctBy(kind => kind.Name).Count());
        Assert.All(OsmCertificateKind.All, kind => Assert.Contains(kind.Profile, CertificateProfile.Leaves));
        Assert.Null(OsmCertificateKind.OfName("shop.example", "cluster.local"));
        Assert.Equal(OsmCertificateKind.Service, OsmCertificateKind.OfName("web.shop.mesh.example", "mesh.example"));
        Assert.Equal(OsmCertificateKind.XdsServer, OsmCertificateKind.OfName("ads", "cluster.local"));
    }

    [Fact]
    public void Its_secret_is_read_once_its_places_are_filled()
    {
        string printed = Document("osm-0.6-ca-bundle.yaml");
        Fails.With("ManifestInvalid", () => ManifestReader.Read(printed, "guide.yaml").ToArray());

        using PeerTool openssl = OsmBundles.MakeRoot();
        DateTimeOffset end = CertificateInfo.Parse(PemDer(openssl.Read("ca.crt")), "ca.crt").NotAfter;
        string[] values = [Convert.ToBase64String(openssl.Read("ca.crt")), Convert.ToBase64String(OsmExpiration.Format(end)), Convert.ToBase64String(openssl.Read("private.key"))];
        int next = 0;
        string filled = Regex.Replace(printed, "<[^>]*>", _ => values[next++]);
        Manifest sound = Assert.Single(ManifestReader.Read(filled, "guide.yaml"));
        using Secret secret = MeshDialects.RecognizeSecret(sound)!.Read(sound);
        RuleSubject subject = RuleSubjects.OfSecret(secret, new RuleContext { Now = DateTimeOffset.UtcNow });
        Assert.Empty(MeshDialects.FindRuleSet("Osm06").Judge(subject));
        using AuthorityMaterial authority = OsmBundles.ReadRequired("Osm06CaBundle", secret);
        Assert.True(authority.HasPrivateKey);
    }

    [Fact]
    public void Its_command_line_is_broken_and_ours_is_not()
    {
        string printed = Document("osm-0.6-vault-arguments.txt");
        Assert.Contains("\"openservicemesh'", printed, StringComparison.Ordinal);
        using PeerTool shell = PeerTool.Demand("sh");
        shell.Write("guide.sh", Encoding.UTF8.GetBytes($"osm install \\\n{printed}"));
        Assert.False(shell.TryRun("-n", "guide.sh"));
        OsmInstallation installation = new() { IsV06 = true, Manager = OsmManager.Vault, VaultHost = "localhost", VaultProtocol = "http" };
        shell.Write("ours.sh", Encoding.UTF8.GetBytes($"osm install \\\n{string.Join(" \\\n", installation.ToArguments(token: null))}\n"));
        Assert.True(shell.TryRun("-n", "ours.sh"));
    }

    [Theory]
    [InlineData("24h", 24.0)]
    [InlineData("30m", 0.5)]
    [InlineData("1h30m", 1.5)]
    [InlineData("1.5h", 1.5)]
    [InlineData("1d", null)]
    [InlineData("24", null)]
    [InlineData("PT24H", null)]
    [InlineData("24:00:00", null)]
    [InlineData("", null)]
    public void Durations_are_those_of_Go(string text, double? hours) => Assert.Equal(hours, GoDuration.TryParse(text)?.TotalHours);

    [Theory]
    [InlineData("plain-value", "plain-value")]
    [InlineData("", "''")]
    [InlineData("it's", "'it'\\''s'")]
    [InlineData("$HOME", "'$HOME'")]
    public void Words_are_quoted_once(string value, string quoted) => Assert.Equal(quoted, ShellWord.Quote(value));

    private static string Document(string name) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Documents", name));

    private static byte[] PemDer(byte[] pem)
    {
        string text = Encoding.ASCII.GetString(pem);
        return Convert.FromBase64String(text[System.Security.Cryptography.PemEncoding.Find(text).Base64Data]);
    }
}
