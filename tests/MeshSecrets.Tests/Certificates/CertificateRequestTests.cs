using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;
using MeshSecrets.Certificates.Keys;
using MeshSecrets.Certificates.Names;
using MeshSecrets.Certificates.Profiles;
using MeshSecrets.Certificates.Requests;
using MeshSecrets.Issuers;
using MeshSecrets.Tests.Issuers;
using MeshSecrets.Tests.Peers;

namespace MeshSecrets.Tests.Certificates;

public sealed class CertificateRequestTests : IDisposable
{
    private static readonly SubjectAlternativeNames s_names = SubjectAlternativeNames.Create(["web.example"], ["spiffe://default/web"], ["10.0.0.1"], ["ops@example.com"]);

    private readonly AuthorityFixture _authorities = new() { Clock = new ManualClock(DateTimeOffset.UtcNow) };

    public void Dispose() => _authorities.Dispose();

    [Theory]
    [InlineData(KeyAlgorithm.P256, "CN=web")]
    [InlineData(KeyAlgorithm.P384, "")]
    [InlineData(KeyAlgorithm.Rsa2048, "CN=web,O=Example")]
    public void Is_made_read_and_verified_by_openssl_and_the_framework(KeyAlgorithm algorithm, string subject)
    {
        PrivateKey key = _authorities.Key(algorithm);
        byte[] der = CertificateRequestEncoder.Create(DistinguishedName.Parse(subject), s_names, key);
        CertificateRequestInfo request = CertificateRequestInfo.Parse(der, "request");
        request.EnsureProven();
        Assert.Equal((subject, algorithm.ToString(), s_names.ToString()), (request.Subject.ToString(), request.KeyAlgorithm, request.Names.ToString()));
        Assert.Equal(key.SubjectPublicKeyInfo.ToArray(), request.SubjectPublicKeyInfo.ToArray());

        using PeerTool openssl = PeerTool.Demand("openssl");
        openssl.Write("request", der);
        string text = openssl.Run("req -inform DER -in request -noout -verify -text");
        Assert.Contains("verify OK", text, StringComparison.Ordinal);
        Assert.Contains("DNS:web.example, URI:spiffe://default/web, IP Address:10.0.0.1, email:ops@example.com", text, StringComparison.Ordinal);
        CertificateRequest theirs = CertificateRequest.LoadSigningRequest(der, System.Security.Cryptography.HashAlgorithmName.SHA256, CertificateRequestLoadOptions.UnsafeLoadCertificateExtensions);
        Assert.Equal(subject.Length == 0, Assert.Single(theirs.CertificateExtensions).Critical);
    }

    [Fact]
    public void Without_names_it_has_no_extensions()
    {
        CertificateRequestInfo request = CertificateRequestInfo.Parse(CertificateRequestEncoder.Create(DistinguishedName.Parse("CN=web"), SubjectAlternativeNames.None, _authorities.Key()), "request");
        Assert.Empty(request.Extensions);
        Assert.True(request.Names.IsEmpty);
    }

    [Fact]
    public void An_altered_one_proves_nothing()
    {
        byte[] der = CertificateRequestEncoder.Create(DistinguishedName.Parse("CN=web"), s_names, _authorities.Key());
        byte[] subject = [.. der];
        subject[der.AsSpan().IndexOf("web"u8)] ^= 1;
        byte[] signature = [.. der];
        signature[^1] ^= 1;
        foreach (byte[] altered in (byte[][])[subject, signature])
        {
            CertificateRequestInfo request = CertificateRequestInfo.Parse(altered, "request");
            Fails.With("CertificateRequestNotProven", () => new CertificateOrder(request) { Profile = CertificateProfile.Server });
        }
    }

    [Fact]
    public void An_order_is_a_request_for_issuers_elsewhere()
    {
        CertificateOrder own = new(_authorities.Key()) { Profile = CertificateProfile.Server, Subject = DistinguishedName.Parse("CN=web"), Names = s_names };
        CertificateRequestInfo request = CertificateRequestInfo.Parse(own.ToRequest(), "order");
        request.EnsureProven();
        Assert.Equal(("CN=web", s_names.ToString()), (request.Subject.ToString(), request.Names.ToString()));
        Assert.Equal(own.SubjectPublicKeyInfo.ToArray(), request.SubjectPublicKeyInfo.ToArray());

        // Somebody else's request is handed on as it came: only its own key could sign another.
        CertificateOrder theirs = new(request) { Profile = CertificateProfile.Client };
        Assert.Equal(request.Encoded.ToArray(), theirs.ToRequest());
    }

    [Fact]
    public void Altered_ones_give_expected_errors_alone()
    {
        Random random = new(20302);
        byte[] der = CertificateRequestEncoder.Create(DistinguishedName.Parse("CN=web,O=Example"), s_names, _authorities.Key());
        int proven = 0;
        for (int i = 0; i < 3000; i++)
        {
            byte[] altered = Mutation.Of(der, random);
            try
            {
                CertificateRequestInfo.Parse(altered, "request").EnsureProven();
                proven++;
            }
            catch (MeshException)
            {
                continue;
            }
        }

        Assert.Equal(0, proven);
    }

    [Theory]
    [InlineData("-newkey rsa:2048 -subj /CN=web", "Rsa2048", "")]
    [InlineData("-newkey rsa:2048 -subj /CN=web -addext subjectAltName=DNS:web.example,IP:10.0.0.1", "Rsa2048", "DNS:web.example, IP:10.0.0.1")]
    [InlineData("-newkey ec -pkeyopt ec_paramgen_curve:P-256 -subj /CN=web", "P256", "")]
    [InlineData("-newkey ec -pkeyopt ec_paramgen_curve:P-384 -sha384 -subj /O=Example/CN=web -addext subjectAltName=URI:spiffe://default/web", "P384", "URI:spiffe://default/web")]
    [InlineData("-newkey ec -pkeyopt ec_paramgen_curve:P-521 -sha512 -subj /CN=web", "P521", "")]
    [InlineData("-newkey rsa:2048 -subj /CN=web -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:digest", "Rsa2048", "")]
    public void Of_openssl_is_proven_and_signed(string options, string algorithm, string names)
    {
        using PeerTool openssl = PeerTool.Demand("openssl");
        openssl.Run($"req -new -nodes -keyout key.pem -outform DER -out request {options}");
        CertificateRequestInfo request = CertificateRequestInfo.Parse(openssl.Read("request"), "request");
        Assert.Equal((algorithm, names, "web"), (request.KeyAlgorithm, request.Names.ToString(), request.Subject.CommonName));
        IssuedCertificate issued = _authorities.Root().Issue(new CertificateOrder(request) { Subject = request.Subject, Profile = CertificateProfile.Client });
        openssl.Write("leaf", issued.Certificate.Encoded.Span);
        openssl.Run("x509 -inform DER -in leaf -pubkey -noout -out public.pem");
        openssl.Run("pkey -in key.pem -pubout -out own.pem");
        Assert.Equal(openssl.Read("own.pem"), openssl.Read("public.pem"));
    }

    [Fact]
    public void Without_the_attributes_altogether_it_is_read()
    {
        byte[] der = CertificateRequestEncoder.Create(DistinguishedName.Parse("CN=web"), SubjectAlternativeNames.None, _authorities.Key());
        AsnReader request = new AsnReader(der, AsnEncodingRules.DER).ReadSequence();
        AsnReader body = request.ReadSequence();
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                for (int i = 0; i < 3; i++)
                {
                    writer.WriteEncodedValue(body.ReadEncodedValue().Span);
                }
            }

            writer.WriteEncodedValue(request.ReadEncodedValue().Span);
            writer.WriteEncodedValue(request.ReadEncodedValue().Span);
        }

        Assert.Empty(CertificateRequestInfo.Parse(writer.Encode(), "request").Extensions);
    }

    [Theory]
    [InlineData("-newkey ED25519 -subj /CN=web")]
    [InlineData("-newkey rsa:2048 -sha1 -subj /CN=web")]
    [InlineData("-newkey rsa:2048 -subj /CN=web -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:max")]
    public void Of_openssl_with_a_signature_that_cannot_be_verified_is_refused_by_name(string options)
    {
        using PeerTool openssl = PeerTool.Demand("openssl");
        openssl.Run($"req -new -nodes -keyout key.pem -outform DER -out request {options}");
        CertificateRequestInfo request = CertificateRequestInfo.Parse(openssl.Read("request"), "request");
        Fails.With("SignatureAlgorithmUnsupported", () => new CertificateOrder(request) { Profile = CertificateProfile.Client });
    }
}
