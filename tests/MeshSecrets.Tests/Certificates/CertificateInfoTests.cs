using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Names;
using MeshSecrets.Certificates.Profiles;
using MeshSecrets.Certificates.Reading;
using MeshSecrets.Certificates.Verification;
using MeshSecrets.Tests.Certificates.Verification;
using MeshSecrets.Tests.Issuers;
using MeshSecrets.Tests.Peers;

namespace MeshSecrets.Tests.Certificates;

/// <summary>A certificate is read as the framework and openssl read it.</summary>
public sealed class CertificateInfoTests
{
    private const string Bundle = "/etc/ssl/certs/ca-certificates.crt";

    [Fact]
    public void Every_root_of_the_distribution_says_what_the_framework_says_of_it()
    {
        Assert.SkipUnless(File.Exists(Bundle), $"{Bundle} is not on this machine.");
        IReadOnlyList<MaterialItem> roots = CertificateReader.ReadCertificates(File.ReadAllBytes(Bundle), Bundle);
        Assert.NotEmpty(roots);
        foreach (MaterialItem item in roots)
        {
            AssertSame(CertificateInfo.Parse(item.GetDer().ToArray(), item.Location));
        }

        TrustBundle all = TrustBundle.Create(roots.Concat(roots).Select(item => CertificateInfo.Parse(item.GetDer().ToArray(), item.Location)), DateTimeOffset.UnixEpoch);
        Assert.Equal(roots.Count, all.Certificates.Length);
    }

    [Fact]
    public void Every_name_of_the_distributions_roots_is_written_as_openssl_writes_it()
    {
        Assert.SkipUnless(File.Exists(Bundle), $"{Bundle} is not on this machine.");
        using PeerTool openssl = PeerTool.Demand("openssl");
        openssl.Run($"crl2pkcs7 -nocrl -certfile {Bundle} -out all.p7");
        string[] theirs = [.. openssl.Run("pkcs7 -in all.p7 -print_certs -noout").Split('\n').Where(line => line.StartsWith("subject=", StringComparison.Ordinal))];
        CertificateInfo[] ours = [.. CertificateReader.ReadCertificates(File.ReadAllBytes(Bundle), Bundle).Select(item => CertificateInfo.Parse(item.GetDer().ToArray(), item.Location))];
        Assert.Equal(theirs.Length, ours.Length);
        foreach (CertificateInfo root in ours)
        {
            openssl.Write("root.der", root.Encoded.Span);
            string subject = openssl.Run("x509 -inform DER -in root.der -noout -subject -nameopt RFC2253,-esc_msb,utf8").TrimEnd()["subject=".Length..];
            Assert.Equal(subject, root.Subject.ToString());
        }
    }

    [Theory]
    [InlineData("/C=CH/O=Example, Inc./OU=a+b/CN=web")]
    [InlineData("/CN=#web")]
    [InlineData("/CN= web ")]
    [InlineData("/DC=com/DC=example/UID=7/CN=q\"uote;<>=")]
    [InlineData("/O=Müller/serialNumber=12/emailAddress=a@b")]
    public void Names_are_written_in_the_order_and_with_the_escapes_of_openssl(string subject)
    {
        using PeerTool openssl = PeerTool.Demand("openssl");
        openssl.Write("req.cnf", "[req]\ndistinguished_name=dn\n[dn]\n"u8);
        openssl.RunArguments("req", "-x509", "-config", "req.cnf", "-utf8", "-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-keyout", "key.pem", "-subj", subject, "-outform", "DER", "-out", "cert.der");
        string theirs = openssl.Run("x509 -inform DER -in cert.der -noout -subject -nameopt RFC2253,-esc_msb,utf8").TrimEnd('\n')["subject=".Length..];
        CertificateInfo ours = CertificateInfo.Parse(openssl.Read("cert.der"), "cert.der");
        Assert.Equal(theirs, ours.Subject.ToString());
        Assert.Equal(ours.Subject.ToString(), DistinguishedName.Parse(ours.Subject.ToString()).ToString());
    }

    [Fact]
    public void A_part_of_several_values_is_written_in_the_order_of_openssl()
    {
        using PeerTool openssl = PeerTool.Demand("openssl");
        DistinguishedName name = DistinguishedName.Parse("CN=web+UID=7,O=Example");
        using ECDsa key = ForeignCertificates.Key();
        CertificateRequest request = new(new X500DistinguishedName(name.Encoded.ToArray()), key, HashAlgorithmName.SHA256);
        using X509Certificate2 certificate = request.CreateSelfSigned(ForeignCertificates.Start, ForeignCertificates.Now);
        openssl.Write("cert.der", certificate.RawData);
        string theirs = openssl.Run("x509 -inform DER -in cert.der -noout -subject -nameopt RFC2253").TrimEnd()["subject=".Length..];
        Assert.Equal(theirs, name.ToString());
        Assert.Equal(name, DistinguishedName.Parse(theirs));
    }

    [Fact]
    public void A_certificate_of_version_1_is_read()
    {
        using PeerTool openssl = PeerTool.Demand("openssl");
        openssl.Run("req -new -newkey rsa:2048 -nodes -keyout key.pem -subj /CN=old -out req.pem");
        openssl.Run("x509 -req -in req.pem -signkey key.pem -set_serial 0 -days 7 -outform DER -out cert.der");
        CertificateInfo certificate = CertificateInfo.Parse(openssl.Read("cert.der"), "cert.der");
        Assert.Equal((1, "00", false, 0), (certificate.Version, certificate.SerialNumber, certificate.IsCa, certificate.Extensions.Length));
        Assert.Null(certificate.KeyUsages);
        Assert.True(SignatureVerifier.IsSignedBy(certificate, certificate));
    }

    [Theory]
    [InlineData("ED25519", "Ed25519")]
    [InlineData("rsa:2050", "Rsa2050")]
    [InlineData("ec -pkeyopt ec_paramgen_curve:P-521", "P521")]
    [InlineData("ec -pkeyopt ec_paramgen_curve:secp256k1", "EC")]
    public void Keys_that_are_not_made_here_are_named(string key, string name)
    {
        using PeerTool openssl = PeerTool.Demand("openssl");
        openssl.Run($"req -x509 -nodes -subj /CN=x -keyout key.pem -outform DER -out cert.der -newkey {key}");
        Assert.Equal(name, CertificateInfo.Parse(openssl.Read("cert.der"), "cert.der").KeyAlgorithm);
    }

    [Fact]
    public void Serial_number_0_and_a_negative_one_are_read_as_they_stand()
    {
        using ECDsa key = ForeignCertificates.Key();
        Assert.Equal("00", ForeignCertificates.Make("CN=default", key, "CN=default", key, serial: 0).SerialNumber);
        Assert.Equal("80", ForeignCertificates.Make("CN=default", key, "CN=default", key, serial: 0x80).SerialNumber.TrimStart('0'));
    }

    [Fact]
    public void Control_characters_in_names_are_shown_as_such()
    {
        using ECDsa key = ForeignCertificates.Key();
        X509Extension names = new("2.5.29.17", [0x30, 0x06, 0x82, 0x04, (byte)'a', 0x0A, 0x9B, (byte)'b'], critical: false);
        CertificateInfo certificate = ForeignCertificates.Make("CN=x", key, "CN=x", key, more: [names]);
        Assert.Equal(["a\uFFFD\uFFFDb"], certificate.Names.DnsNames);
    }

    [Fact]
    public void Names_of_other_kinds_are_counted()
    {
        using ECDsa key = ForeignCertificates.Key();
        X509Extension names = new("2.5.29.17", [0x30, 0x0A, 0x88, 0x03, 0x2A, 0x03, 0x04, 0x87, 0x03, 1, 2, 3], critical: false);
        SubjectNames read = ForeignCertificates.Make("CN=x", key, "CN=x", key, more: [names]).Names;
        Assert.Equal((2, false), (read.OtherCount, read.IsEmpty));
    }

    [Fact]
    public void Altered_certificates_give_expected_errors_alone_and_none_is_still_signed()
    {
        using AuthorityFixture authorities = new();
        CertificateInfo root = authorities.Root().Certificate;
        CertificateInfo leaf = authorities.Root().Issue(authorities.Order(
            SubjectAlternativeNames.Create(["web.example"], ["spiffe://default/web"], ["::1"]), CertificateProfile.Workload, "CN=web,O=Example")).Certificate;
        Random random = new(20303);
        int read = 0;
        for (int i = 0; i < 6000; i++)
        {
            byte[] altered = Mutation.Of((i % 2 == 0 ? root : leaf).Encoded.Span, random);
            try
            {
                CertificateInfo certificate = CertificateInfo.Parse(altered, "altered");
                read++;
                Assert.NotNull(certificate.ToSummary());
                Assert.False(ChainBuilder.Build(certificate, [certificate], [root], authorities.Clock.GetUtcNow()).IsValid);
            }
            catch (MeshException)
            {
                continue;
            }
        }

        Assert.InRange(read, 100, 5900);
    }

    [Fact]
    public void A_bundle_has_each_certificate_once_and_no_expired_one()
    {
        using ECDsa first = ForeignCertificates.Key();
        using ECDsa second = ForeignCertificates.Key();
        CertificateInfo a = ForeignCertificates.Make("CN=default", first, "CN=default", first, serial: 0);
        CertificateInfo b = ForeignCertificates.Make("CN=default", second, "CN=default", second, serial: 0);
        CertificateInfo old = ForeignCertificates.Make("CN=default", second, "CN=default", second, serial: 0, days: 5);
        TrustBundle bundle = TrustBundle.Create([b, a, old, CertificateInfo.Parse(a.Encoded.ToArray(), "again")], ForeignCertificates.Now);
        Assert.Equal([b, a], bundle.Certificates);
        Assert.Equal([old], bundle.Expired);
        Assert.Empty(TrustBundle.Create([old], old.NotAfter).Expired);
    }

    private static void AssertSame(CertificateInfo ours)
    {
        using X509Certificate2 theirs = X509CertificateLoader.LoadCertificate(ours.Encoded.Span);
        Assert.Equal(theirs.SubjectName.RawData, ours.Subject.Encoded.ToArray());
        Assert.Equal(theirs.IssuerName.RawData, ours.Issuer.Encoded.ToArray());
        Assert.Equal(new BigInteger(theirs.SerialNumberBytes.Span, isBigEndian: true, isUnsigned: true), new BigInteger(Convert.FromHexString(ours.SerialNumber), isBigEndian: true, isUnsigned: true));
        Assert.Equal(theirs.NotBefore.ToUniversalTime(), ours.NotBefore.UtcDateTime);
        Assert.Equal(theirs.NotAfter.ToUniversalTime(), ours.NotAfter.UtcDateTime);
        Assert.Equal(theirs.GetCertHashString(HashAlgorithmName.SHA256), ours.Thumbprint);
        Assert.Equal(theirs.PublicKey.ExportSubjectPublicKeyInfo(), ours.SubjectPublicKeyInfo.ToArray());
        Assert.Equal(theirs.Extensions.Select(extension => extension.Oid!.Value!), ours.Extensions.Select(extension => extension.Oid));
        X509BasicConstraintsExtension? constraints = theirs.Extensions.OfType<X509BasicConstraintsExtension>().SingleOrDefault();
        Assert.Equal(constraints?.CertificateAuthority ?? false, ours.IsCa);
        Assert.Equal(constraints is { HasPathLengthConstraint: true } ? constraints.PathLengthConstraint : null, ours.PathLength);
        X509KeyUsageFlags? usages = theirs.Extensions.OfType<X509KeyUsageExtension>().SingleOrDefault()?.KeyUsages;
        Assert.Equal(usages?.HasFlag(X509KeyUsageFlags.KeyCertSign), ours.KeyUsages?.HasFlag(KeyUsages.KeyCertSign));
        Assert.Equal(usages?.HasFlag(X509KeyUsageFlags.CrlSign), ours.KeyUsages?.HasFlag(KeyUsages.CrlSign));
        Assert.Equal(usages?.HasFlag(X509KeyUsageFlags.DigitalSignature), ours.KeyUsages?.HasFlag(KeyUsages.DigitalSignature));
        Assert.Equal(
            theirs.Extensions.OfType<X509EnhancedKeyUsageExtension>().SingleOrDefault()?.EnhancedKeyUsages.Cast<Oid>().Select(oid => oid.Value!) ?? [],
            ours.ExtendedKeyUsages);
        Assert.Equal(theirs.Extensions.OfType<X509SubjectAlternativeNameExtension>().SingleOrDefault()?.EnumerateDnsNames() ?? [], ours.Names.DnsNames);
        Assert.Equal(theirs.Extensions.OfType<X509SubjectKeyIdentifierExtension>().SingleOrDefault()?.SubjectKeyIdentifierBytes.ToArray() ?? [], ours.SubjectKeyIdentifier.ToArray());
    }
}
