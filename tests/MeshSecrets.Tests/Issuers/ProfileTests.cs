using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Keys;
using MeshSecrets.Certificates.Names;
using MeshSecrets.Certificates.Profiles;
using MeshSecrets.Issuers.Embedded;
using MeshSecrets.Tests.Peers;

namespace MeshSecrets.Tests.Issuers;

/// <summary>What each profile puts into a certificate, as the framework and openssl read it.</summary>
public sealed class ProfileTests : IDisposable
{
    private const string Server = "1.3.6.1.5.5.7.3.1";
    private const string Client = "1.3.6.1.5.5.7.3.2";

    private static readonly SubjectAlternativeNames s_names = SubjectAlternativeNames.Create(
        ["0b3e8c2e-7c1d-4d49-9d0e-0f8f6e2f3a10.web.shop"], ["spiffe://default/web"], ["10.0.0.1"], ["ops@example.com"]);

    private readonly AuthorityFixture _authorities = new() { Clock = new ManualClock(DateTimeOffset.UtcNow) };

    public void Dispose() => _authorities.Dispose();

    public static TheoryData<string, string, double> Profiles => new()
    {
        { "Server", Server, 90 * 24 },
        { "Client", Client, 90 * 24 },
        { "Workload", $"{Server},{Client}", 24 },
        { "Service", $"{Server},{Client}", 24 },
        { "XdsBootstrap", $"{Server},{Client}", 87600 },
        { "MutatingWebhook", Server, 87600 },
        { "ValidatingWebhook", Server, 87600 },
    };

    [Theory]
    [MemberData(nameof(Profiles))]
    public void Leaf_says_what_its_profile_does(string name, string usages, double hours)
    {
        CertificateAuthority root = _authorities.Root(validFor: TimeSpan.FromDays(7300));
        CertificateInfo issued = root.Issue(_authorities.Order(s_names, CertificateProfile.OfName(name))).Certificate;
        using X509Certificate2 certificate = X509CertificateLoader.LoadCertificate(issued.Encoded.Span);

        X509BasicConstraintsExtension constraints = Assert.Single(certificate.Extensions.OfType<X509BasicConstraintsExtension>());
        Assert.False(constraints.CertificateAuthority);
        Assert.True(constraints.Critical);
        X509KeyUsageExtension keyUsage = Assert.Single(certificate.Extensions.OfType<X509KeyUsageExtension>());
        Assert.Equal((X509KeyUsageFlags.DigitalSignature, true), (keyUsage.KeyUsages, keyUsage.Critical));
        Assert.Equal(usages, string.Join(',', Assert.Single(certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>()).EnhancedKeyUsages.Cast<Oid>().Select(oid => oid.Value)));
        Assert.Equal(TimeSpan.FromHours(hours) + TimeSpan.FromMinutes(1), issued.NotAfter - issued.NotBefore);
        AssertIdentifiers(certificate, root.Certificate);

        using PeerTool openssl = PeerTool.Demand("openssl");
        openssl.Write("leaf.der", issued.Encoded.Span);
        string text = openssl.Run("x509 -inform DER -in leaf.der -noout -text");
        Assert.Matches(@"X509v3 Key Usage: critical\s+Digital Signature\s*\n", text);
        Assert.Matches(@"X509v3 Basic Constraints: critical\s+CA:FALSE\s*\n", text);
        Assert.Contains("DNS:0b3e8c2e-7c1d-4d49-9d0e-0f8f6e2f3a10.web.shop, URI:spiffe://default/web, IP Address:10.0.0.1, email:ops@example.com", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_an_RSA_key_may_encipher_keys()
    {
        CertificateAuthority root = _authorities.Root();
        CertificateInfo rsa = root.Issue(_authorities.Order(s_names, CertificateProfile.Server, key: _authorities.Key(KeyAlgorithm.Rsa2048))).Certificate;
        CertificateInfo ec = root.Issue(_authorities.Order(s_names, CertificateProfile.Server, key: _authorities.Key(KeyAlgorithm.P384))).Certificate;
        Assert.Equal(KeyUsages.DigitalSignature | KeyUsages.KeyEncipherment, rsa.KeyUsages);
        Assert.Equal(KeyUsages.DigitalSignature, ec.KeyUsages);
    }

    [Fact]
    public void Custom_profile_says_what_was_asked_for_and_no_more()
    {
        CertificateProfile profile = CertificateProfile.Custom(KeyUsages.KeyAgreement | KeyUsages.DecipherOnly, ["codeSigning", "1.2.3.4", "CODESIGNING"]);
        CertificateInfo issued = _authorities.Root().Issue(_authorities.Order(s_names, profile)).Certificate;
        using X509Certificate2 certificate = X509CertificateLoader.LoadCertificate(issued.Encoded.Span);
        Assert.Equal(X509KeyUsageFlags.KeyAgreement | X509KeyUsageFlags.DecipherOnly, certificate.Extensions.OfType<X509KeyUsageExtension>().Single().KeyUsages);
        Assert.Equal(["1.3.6.1.5.5.7.3.3", "1.2.3.4"], certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().Single().EnhancedKeyUsages.Cast<Oid>().Select(oid => oid.Value!));

        CertificateInfo bare = _authorities.Root().Issue(_authorities.Order(s_names, CertificateProfile.Custom(KeyUsages.None, []))).Certificate;
        Assert.Null(bare.KeyUsages);
        Assert.Empty(bare.ExtendedKeyUsages);
    }

    [Theory]
    [InlineData("serverauthority")]
    [InlineData("1")]
    [InlineData("9.9.9")]
    [InlineData("1.2.")]
    public void Unknown_extended_key_usage_is_refused(string usage) =>
        Fails.With("ExtendedKeyUsageUnknown", () => CertificateProfile.Custom(KeyUsages.DigitalSignature, [usage]));

    [Fact]
    public void A_leaf_is_never_an_authority()
    {
        Fails.With("ProfileUsageInvalid", () => CertificateProfile.Custom(KeyUsages.KeyCertSign, []));
        Fails.With("ProfileUsageInvalid", () => CertificateProfile.Custom(KeyUsages.DigitalSignature | KeyUsages.CrlSign, []));
        Fails.With("ProfileUnknown", () => CertificateProfile.OfName("RootCa"));
        CertificateAuthority closed = _authorities.Root(pathLength: 0);
        foreach (CertificateProfile profile in (CertificateProfile[])[CertificateProfile.RootCa, CertificateProfile.IntermediateCa])
        {
            Fails.With("ProfileNotForLeaves", () => closed.Issue(_authorities.Order(s_names, profile, "CN=Mesh")));
        }
    }

    [Fact]
    public void Authorities_say_that_they_are()
    {
        CertificateAuthority root = _authorities.Root(pathLength: 1);
        CertificateAuthority mesh = _authorities.Below(root);
        foreach ((CertificateInfo info, int pathLength, CertificateInfo issuer) in new[] { (root.Certificate, 1, root.Certificate), (mesh.Certificate, 0, root.Certificate) })
        {
            using X509Certificate2 certificate = X509CertificateLoader.LoadCertificate(info.Encoded.Span);
            X509BasicConstraintsExtension constraints = certificate.Extensions.OfType<X509BasicConstraintsExtension>().Single();
            Assert.Equal((true, true, true, pathLength), (constraints.Critical, constraints.CertificateAuthority, constraints.HasPathLengthConstraint, constraints.PathLengthConstraint));
            Assert.Equal(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, certificate.Extensions.OfType<X509KeyUsageExtension>().Single().KeyUsages);
            Assert.Empty(certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>());
            AssertIdentifiers(certificate, issuer);
        }

        Assert.Equal(TimeSpan.FromDays(3650) + TimeSpan.FromMinutes(1), root.Certificate.NotAfter - root.Certificate.NotBefore);
        Assert.Equal(TimeSpan.FromDays(1825) + TimeSpan.FromMinutes(1), mesh.Certificate.NotAfter - mesh.Certificate.NotBefore);
    }

    [Fact]
    public void A_trust_domain_gains_no_slash()
    {
        using CertificateAuthority root = CertificateAuthority.CreateRoot(
            "global/root",
            new AuthorityOptions { Subject = DistinguishedName.Parse("CN=default"), Names = SubjectAlternativeNames.Create(uris: ["spiffe://default"]) },
            PrivateKey.Generate(KeyAlgorithm.P256),
            _authorities.Clock);
        using PeerTool openssl = PeerTool.Demand("openssl");
        openssl.Write("root.der", root.Certificate.Encoded.Span);
        Assert.Matches(@"URI:spiffe://default\s*$", openssl.Run("x509 -inform DER -in root.der -noout -ext subjectAltName").TrimEnd());
        Assert.True(root.Certificate.Encoded.Span.IndexOf("\u0086\u0010spiffe://default"u8[1..]) > 0);
        Assert.Equal(["spiffe://default"], root.Certificate.Names.Uris);
    }

    [Fact]
    public void Names_are_critical_if_and_only_if_the_subject_is_empty()
    {
        CertificateAuthority root = _authorities.Root();
        foreach ((string subject, bool critical) in new[] { ("", true), ("CN=web", false) })
        {
            CertificateInfo issued = root.Issue(_authorities.Order(s_names, CertificateProfile.Server, subject)).Certificate;
            Assert.Equal(critical, issued.Extensions.Single(extension => extension.Oid == "2.5.29.17").IsCritical);
        }

        CertificateInfo unnamed = root.Issue(_authorities.Order(SubjectAlternativeNames.None, CertificateProfile.Client, "CN=web")).Certificate;
        Assert.DoesNotContain(unnamed.Extensions, extension => extension.Oid == "2.5.29.17");
    }

    private static void AssertIdentifiers(X509Certificate2 certificate, CertificateInfo issuer)
    {
        string own = Assert.Single(certificate.Extensions.OfType<X509SubjectKeyIdentifierExtension>()).SubjectKeyIdentifier!;
        X509SubjectKeyIdentifierExtension expected = new(certificate.PublicKey, X509SubjectKeyIdentifierHashAlgorithm.ShortSha256, critical: false);
        Assert.Equal(expected.SubjectKeyIdentifier, own);
        ReadOnlyMemory<byte> authority = Assert.Single(certificate.Extensions.OfType<X509AuthorityKeyIdentifierExtension>()).KeyIdentifier!.Value;
        Assert.Equal(issuer.SubjectKeyIdentifier.ToArray(), authority.ToArray());
    }
}
