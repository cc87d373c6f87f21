using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using MeshSecrets.Certificates.Keys;
using MeshSecrets.Certificates.Names;
using MeshSecrets.Issuers.Embedded;
using MeshSecrets.Meshes;
using MeshSecrets.Meshes.Formats;
using MeshSecrets.Secrets;
using MeshSecrets.Tests.Issuers;
using MeshSecrets.Tests.Peers;

namespace MeshSecrets.Tests.Meshes.Osm;

public sealed partial class OsmCaBundleFormatTests
{
    private static readonly FormatTarget s_withKey = new() { IncludePrivateKey = true };

    [Theory]
    [InlineData("Osm06CaBundle", "ca.crt,expiration,private.key")]
    [InlineData("OsmCaBundle", "ca.crt,private.key")]
    public void The_root_of_osm_install_is_read_and_written_again(string format, string keys)
    {
        using PeerTool openssl = OsmBundles.MakeRoot();
        string end = openssl.Run("x509 -in ca.crt -noout -enddate -dateopt iso_8601").Trim();
        string expiration = $"{end["notAfter=".Length..^1].Replace(' ', 'T')}.299Z"; // OSM keeps the milliseconds of its clock.
        using AuthorityMaterial authority = OsmBundles.ReadRequired(format, OsmBundles.Secret(
            ("ca.crt", openssl.Read("ca.crt")),
            ("private.key", openssl.Read("private.key")),
            ("expiration", Encoding.ASCII.GetBytes(expiration))));
        Assert.Equal("CN=Open Service Mesh Certification Authority,O=Open Service Mesh,L=CA,C=US", Assert.Single(authority.Chain).Subject.ToString());
        Assert.Single(authority.Roots);
        Assert.True(authority.HasPrivateKey);

        using MeshObjects written = MeshDialects.FindAuthorityFormat(format).Write(authority, s_withKey, DateTimeOffset.UtcNow);
        Secret secret = Assert.Single(written.Secrets);
        Assert.Equal("namespace/osm-system/osm-ca-bundle (Opaque)", secret.ToString());
        Assert.Equal(keys, string.Join(',', secret.GetData().Keys));
        Assert.Equal(openssl.Read("ca.crt"), secret.GetData().GetValue("ca.crt").ToArray());
        Assert.Equal(openssl.Read("private.key"), secret.GetData().GetValue("private.key").ToArray());
        if (keys.Contains("expiration", StringComparison.Ordinal))
        {
            Assert.Equal(expiration.Replace(".299Z", ".000Z", StringComparison.Ordinal), OsmBundles.Text(secret, "expiration"));
        }
    }

    [Fact]
    public void Without_the_key_the_certificates_alone_are_written_and_read()
    {
        using PeerTool openssl = OsmBundles.MakeRoot();
        foreach (string format in new[] { "Osm06CaBundle", "OsmCaBundle" })
        {
            using AuthorityMaterial trusted = OsmBundles.ReadRequired(format, OsmBundles.Secret(("ca.crt", openssl.Read("ca.crt"))));
            Assert.False(trusted.HasPrivateKey);
            Assert.Empty(trusted.Chain);
            using MeshObjects written = MeshDialects.FindAuthorityFormat(format).Write(trusted, s_withKey, DateTimeOffset.UtcNow);
            Assert.Equal(["ca.crt"], written.Secrets[0].GetData().Keys);
        }
    }

    [Fact]
    public void The_private_key_is_written_only_on_demand()
    {
        using AuthorityMaterial authority = Own(KeyAlgorithm.Rsa2048);
        AuthorityFormat format = MeshDialects.FindAuthorityFormat("Osm06CaBundle");
        using MeshObjects without = format.Write(authority, new FormatTarget { Name = "my-bundle", Namespace = "mesh" }, DateTimeOffset.UtcNow);
        Assert.Equal(["ca.crt"], without.Secrets[0].GetData().Keys);
        Assert.Equal("namespace/mesh/my-bundle", without.Secrets[0].Id.ToString());

        using MeshObjects with = format.Write(authority, s_withKey, DateTimeOffset.UtcNow);
        Assert.StartsWith("-----BEGIN PRIVATE KEY-----", OsmBundles.Text(with.Secrets[0], "private.key"), StringComparison.Ordinal);
        Assert.Matches(Layout(), OsmBundles.Text(with.Secrets[0], "expiration"));
        Assert.StartsWith(authority.Chain[0].NotAfter.UtcDateTime.ToString("s", CultureInfo.InvariantCulture), OsmBundles.Text(with.Secrets[0], "expiration"), StringComparison.Ordinal);
    }

    [Fact]
    public void An_intermediate_comes_with_what_is_above_it()
    {
        using AuthorityFixture fixture = new();
        CertificateAuthority root = fixture.Root(algorithm: KeyAlgorithm.Rsa2048);
        PrivateKey key = PrivateKey.Generate(KeyAlgorithm.Rsa2048);
        using CertificateAuthority below = root.CreateIntermediate("global/mesh", new AuthorityOptions { Subject = DistinguishedName.Parse("CN=Mesh") }, key);
        using AuthorityMaterial authority = new("global/mesh", key.Clone()) { Chain = [below.Certificate], Roots = [root.Certificate] };
        using MeshObjects written = MeshDialects.FindAuthorityFormat("OsmCaBundle").Write(authority, s_withKey, DateTimeOffset.UtcNow);
        using AuthorityMaterial again = MeshDialects.FindAuthorityFormat("OsmCaBundle").TryRead(written)!;
        Assert.Equal([below.Certificate.Thumbprint], again.Chain.Select(certificate => certificate.Thumbprint));
        Assert.Equal([root.Certificate.Thumbprint], again.Roots.Select(certificate => certificate.Thumbprint));
    }

    [Fact]
    public void What_osm_could_not_read_is_refused_with_the_reason()
    {
        using PeerTool openssl = OsmBundles.MakeRoot();
        byte[] certificate = openssl.Read("ca.crt");
        byte[] key = openssl.Read("private.key");
        Assert.Contains("ca.tls", Fails.With("FormatIncomplete", () => OsmBundles.Read("OsmCaBundle", OsmBundles.Secret(("ca.tls", certificate)))).Message, StringComparison.Ordinal);
        Assert.Contains("expiration", Fails.With("FormatIncomplete", () => OsmBundles.Read("Osm06CaBundle", OsmBundles.Secret(("ca.crt", certificate), ("private.key", key), ("expiration", "2031-01-11T23:15:09Z"u8.ToArray())))).Message, StringComparison.Ordinal);
        Assert.Contains("certificate ends", Fails.With("FormatIncomplete", () => OsmBundles.Read("OsmCaBundle", OsmBundles.Secret(("ca.crt", certificate), ("private.key", key), ("expiration", "2021-01-11T23:15:09.299Z"u8.ToArray())))).Message, StringComparison.Ordinal);
        Fails.With("FormatCannotCarry", () => OsmBundles.Read("OsmCaBundle", OsmBundles.Secret(("ca.crt", certificate), ("private.key", key), ("note", "x"u8.ToArray()))));
        Fails.With("FormatAmbiguous", () => OsmBundles.Read("OsmCaBundle", OsmBundles.Named("a", ("ca.crt", certificate), ("private.key", key)), OsmBundles.Named("b", ("ca.crt", certificate), ("private.key", key))));
        using PeerTool other = OsmBundles.MakeRoot();
        Fails.With("KeyCertificateMismatch", () => OsmBundles.Read("OsmCaBundle", OsmBundles.Secret(("ca.crt", certificate), ("private.key", other.Read("private.key")))));

        using AuthorityMaterial elliptic = Own(KeyAlgorithm.P256);
        Assert.Contains("Rsa2048", Fails.With("FormatCannotCarry", () => MeshDialects.FindAuthorityFormat("OsmCaBundle").Write(elliptic, s_withKey, DateTimeOffset.UtcNow)).Message, StringComparison.Ordinal);
        using AuthorityMaterial nothing = new("empty", key: null);
        Fails.With("FormatIncomplete", () => MeshDialects.FindAuthorityFormat("OsmCaBundle").Write(nothing, s_withKey, DateTimeOffset.UtcNow));
    }

    [Fact]
    public void Secrets_of_other_things_are_none()
    {
        using MeshObjects objects = new([OsmBundles.Named("other", ("token", "x"u8.ToArray()))], []);
        Assert.Null(MeshDialects.FindAuthorityFormat("OsmCaBundle").TryRead(objects));
        using PeerTool openssl = OsmBundles.MakeRoot();
        Assert.Null(OsmBundles.Read("Osm06CaBundle", OsmBundles.Secret(("ca.crt", openssl.Read("ca.crt")), ("private.key", openssl.Read("private.key")))));
    }

    private static AuthorityMaterial Own(KeyAlgorithm algorithm)
    {
        using AuthorityFixture fixture = new();
        CertificateAuthority root = fixture.Root(algorithm: algorithm);
        return new AuthorityMaterial("global/root", root.Key.Clone()) { Chain = [root.Certificate], Roots = [root.Certificate] };
    }

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")]
    private static partial Regex Layout();
}
