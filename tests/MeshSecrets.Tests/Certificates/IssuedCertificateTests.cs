using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Keys;
using MeshSecrets.Certificates.Names;
using MeshSecrets.Certificates.Profiles;
using MeshSecrets.Certificates.Writing;
using MeshSecrets.Issuers;
using MeshSecrets.Issuers.Embedded;
using MeshSecrets.Tests.Peers;

namespace MeshSecrets.Tests.Certificates;

/// <summary>What the encoder writes is taken by others as it is meant, and by the strict reader without fault.</summary>
public sealed class IssuedCertificateTests : IDisposable
{
    private readonly List<IDisposable> _owned = [];

    public static TheoryData<KeyAlgorithm, KeyAlgorithm> Algorithms => new(
        from authority in new[] { KeyAlgorithm.P256, KeyAlgorithm.P384, KeyAlgorithm.Rsa2048 }
        from leaf in new[] { KeyAlgorithm.P256, KeyAlgorithm.P384, KeyAlgorithm.Rsa2048 }
        select new TheoryDataRow<KeyAlgorithm, KeyAlgorithm>(authority, leaf));

    public void Dispose() => _owned.ForEach(owned => owned.Dispose());

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void The_framework_builds_its_chain_and_takes_its_key(KeyAlgorithm authority, KeyAlgorithm leaf)
    {
        (IssuedCertificate issued, PrivateKey key) = Issue(authority, leaf);

        using X509Certificate2 certificate = X509CertificateLoader.LoadCertificate(issued.Certificate.Encoded.Span);
        using X509Chain chain = new();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.1"));
        chain.ChainPolicy.CustomTrustStore.Add(Load(Assert.Single(issued.Roots)));
        chain.ChainPolicy.ExtraStore.Add(Load(Assert.Single(issued.Intermediates)));

        Assert.True(chain.Build(certificate), string.Join(", ", chain.ChainStatus.Select(status => status.StatusInformation)));
        Assert.Equal(3, chain.ChainElements.Count);
        Assert.True(certificate.MatchesHostname("web.shop.svc", allowWildcards: false, allowCommonName: false));
        using X509Certificate2 pair = X509Certificate2.CreateFromPem(certificate.ExportCertificatePem(), System.Text.Encoding.ASCII.GetString(PemWriter.EncodePrivateKey(key)));
        Assert.True(pair.HasPrivateKey);
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void OpenSSL_verifies_it_strictly(KeyAlgorithm authority, KeyAlgorithm leaf)
    {
        using PeerTool openssl = PeerTool.Demand("openssl");
        (IssuedCertificate issued, _) = Issue(authority, leaf);
        openssl.Write("root.pem", Pem(issued.Roots));
        openssl.Write("intermediate.pem", Pem(issued.Intermediates));
        openssl.Write("leaf.pem", Pem([issued.Certificate]));

        string verified = openssl.Run("verify -x509_strict -purpose sslserver -verify_hostname web.shop.svc -CAfile root.pem -untrusted intermediate.pem leaf.pem");
        string text = openssl.Run("x509 -in leaf.pem -noout -ext subjectAltName");

        Assert.Contains("leaf.pem: OK", verified, StringComparison.Ordinal);
        Assert.Contains("DNS:web.shop.svc, URI:spiffe://default/web, IP Address:10.0.0.1, IP Address:0:0:0:0:0:0:0:1", text, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void What_it_says_without_being_checked_is_what_the_strict_reader_reads(KeyAlgorithm authority, KeyAlgorithm leaf)
    {
        (IssuedCertificate issued, PrivateKey key) = Issue(authority, leaf);

        foreach (CertificateInfo own in (CertificateInfo[])[issued.Certificate, .. issued.Intermediates, .. issued.Roots])
        {
            CertificateInfo read = CertificateInfo.Parse(own.Encoded.ToArray(), "test");
            Assert.Equal(read.Thumbprint, own.Thumbprint);
            Assert.Equal(read.SerialNumber, own.SerialNumber);
            Assert.Equal((read.Subject, read.Issuer), (own.Subject, own.Issuer));
            Assert.Equal((read.NotBefore, read.NotAfter), (own.NotBefore, own.NotAfter));
            Assert.Equal((read.IsCa, read.PathLength, read.KeyUsages), (own.IsCa, own.PathLength, own.KeyUsages));
            Assert.Equal(read.ExtendedKeyUsages, own.ExtendedKeyUsages);
            Assert.Equal(read.Names.ToString(), own.Names.ToString());
        }

        Assert.True(issued.Certificate.SubjectPublicKeyInfo.Span.SequenceEqual(key.SubjectPublicKeyInfo.Span));
        Assert.Equal(leaf.ToString(), issued.Certificate.KeyAlgorithm);
    }

    [Fact]
    public void Serial_numbers_are_positive_have_128_bits_at_most_and_never_repeat()
    {
        CertificateAuthority root = Root(KeyAlgorithm.P256);
        using PrivateKey key = PrivateKey.Generate(KeyAlgorithm.P256);
        HashSet<string> seen = [];
        for (int i = 0; i < 500; i++)
        {
            using X509Certificate2 certificate = Load(root.Issue(Order(key)).Certificate);
            byte[] bigEndian = certificate.SerialNumberBytes.ToArray();
            Assert.InRange(bigEndian.Length, 1, 17);
            Assert.True(bigEndian[0] < 0x80 && (bigEndian.Length == 1 || bigEndian[0] != 0 || bigEndian[1] >= 0x80));
            Assert.True(seen.Add(certificate.SerialNumber));
        }
    }

    private static CertificateOrder Order(PrivateKey key) => new(key)
    {
        Subject = DistinguishedName.FromCommonName("web.shop.svc"),
        Names = SubjectAlternativeNames.Create(["web.shop.svc"], ["spiffe://default/web"], ["10.0.0.1", "::1"]),
        Profile = CertificateProfile.Workload,
    };

    private static byte[] Pem(IEnumerable<CertificateInfo> certificates) => PemWriter.EncodeCertificates([.. certificates.Select(certificate => certificate.Encoded)]);

    private X509Certificate2 Load(CertificateInfo certificate)
    {
        X509Certificate2 loaded = X509CertificateLoader.LoadCertificate(certificate.Encoded.Span);
        _owned.Add(loaded);
        return loaded;
    }

    private CertificateAuthority Root(KeyAlgorithm algorithm)
    {
        CertificateAuthority root = CertificateAuthority.CreateRoot(
            "global/root", new AuthorityOptions { Subject = DistinguishedName.Parse("CN=Root,O=Example") }, PrivateKey.Generate(algorithm), TimeProvider.System);
        _owned.Add(root);
        return root;
    }

    private (IssuedCertificate Issued, PrivateKey Key) Issue(KeyAlgorithm authority, KeyAlgorithm leaf)
    {
        CertificateAuthority intermediate = Root(authority).CreateIntermediate(
            "global/mesh", new AuthorityOptions { Subject = DistinguishedName.Parse("CN=Mesh,O=Example") }, PrivateKey.Generate(authority));
        _owned.Add(intermediate);
        PrivateKey key = PrivateKey.Generate(leaf);
        _owned.Add(key);
        return (intermediate.Issue(Order(key)), key);
    }
}
