using MeshSecrets.Certificates.Keys;
using MeshSecrets.Certificates.Reading;
using MeshSecrets.Tests.Peers;

namespace MeshSecrets.Tests.Certificates.Reading;

/// <summary>Every form that openssl writes is read; those that are refused are refused by name.</summary>
public sealed class OpenSslFormsTests
{
    private const string Make = "req -x509 -nodes -days 7 -subj /CN=peer -keyout key.pem -out cert.pem -newkey ";

    private static readonly MaterialReadOptions s_password = new() { Password = "correct horse".AsMemory() };

    /// <summary>How a private key is converted, by kind of key and command; the result is in out.</summary>
    public static TheoryData<string, string> KeyForms
    {
        get
        {
            TheoryData<string, string> forms = [];
            foreach (string kind in (string[])["ec -pkeyopt ec_paramgen_curve:P-256", "ec -pkeyopt ec_paramgen_curve:P-384", "ec -pkeyopt ec_paramgen_curve:P-521", "rsa:2048", "rsa:3072"])
            {
                forms.Add(kind, "pkey -in key.pem -out out");
                forms.Add(kind, "pkey -in key.pem -traditional -out out");
                forms.Add(kind, "pkey -in key.pem -outform DER -out out");
                forms.Add(kind, "pkey -in key.pem -traditional -outform DER -out out");
                forms.Add(kind, "pkcs8 -in key.pem -topk8 -v2 aes-256-cbc -v2prf hmacWithSHA512 -passout file:pass -out out");
                forms.Add(kind, "pkcs8 -in key.pem -topk8 -outform DER -passout file:pass -out out");
                forms.Add(kind, "pkcs8 -in key.pem -topk8 -v1 PBE-SHA1-3DES -passout file:pass -out out");
                forms.Add(kind, "pkcs12 -export -inkey key.pem -in cert.pem -passout file:pass -out out");
                forms.Add(kind, "pkcs12 -export -inkey key.pem -in cert.pem -certpbe PBE-SHA1-3DES -keypbe PBE-SHA1-3DES -macalg sha1 -passout file:pass -out out");
            }

            return forms;
        }
    }

    [Theory]
    [MemberData(nameof(KeyForms))]
    public void Key_is_read_and_matches_its_certificate(string kind, string convert)
    {
        using PeerTool openssl = PeerTool.Demand("openssl");
        openssl.Write("pass", "correct horse\n"u8);
        openssl.Run(Make + kind);
        openssl.Run(convert);
        using PrivateKey key = PrivateKeyReader.Read(openssl.Read("out"), "out", s_password);
        MaterialItem certificate = CertificateReader.ReadCertificates(openssl.Read("cert.pem"), "cert.pem")[0];
        KeyPairCheck.EnsureMatch(key, "out", certificate.GetDer(), "cert.pem");
    }

    [Fact]
    public void EC_parameters_before_a_key_are_passed_over()
    {
        using PeerTool openssl = PeerTool.Demand("openssl");
        openssl.Run("ecparam -name prime256v1 -genkey -out key.pem");
        Assert.Contains("EC PARAMETERS", File.ReadAllText(openssl.PathOf("key.pem")), StringComparison.Ordinal);
        using PrivateKey key = PrivateKeyReader.Read(openssl.Read("key.pem"), "key.pem");
        Assert.Equal("P256", key.AlgorithmName);
    }

    [Theory]
    [InlineData("x509 -in cert.pem -text -out out")]
    [InlineData("x509 -in cert.pem -outform DER -out out")]
    [InlineData("crl2pkcs7 -nocrl -certfile cert.pem -out out")]
    [InlineData("crl2pkcs7 -nocrl -certfile cert.pem -outform DER -out out")]
    [InlineData("pkcs12 -export -nokeys -in cert.pem -passout file:pass -out out")]
    public void Certificate_is_read_byte_for_byte(string convert)
    {
        using PeerTool openssl = PeerTool.Demand("openssl");
        openssl.Write("pass", "correct horse\n"u8);
        openssl.Run(Make + "rsa:2048");
        openssl.Run(convert);
        MaterialItem expected = CertificateReader.ReadCertificates(openssl.Read("cert.pem"), "cert.pem").Single();
        MaterialItem read = CertificateReader.ReadCertificates(openssl.Read("out"), "out", s_password).Single();
        Assert.Equal(expected.GetDer(), read.GetDer());
    }

    [Theory]
    [InlineData("req -in req.pem -text -out out")]
    [InlineData("req -in req.pem -outform DER -out out")]
    public void Request_is_read_and_matches_its_key(string convert)
    {
        using PeerTool openssl = PeerTool.Demand("openssl");
        openssl.Run("req -new -newkey rsa:2048 -nodes -subj /CN=peer -keyout key.pem -out req.pem");
        openssl.Run(convert);
        MaterialItem request = CertificateRequestReader.Read(openssl.Read("out"), "out");
        using PrivateKey key = PrivateKeyReader.Read(openssl.Read("key.pem"), "key.pem");
        KeyPairCheck.EnsureMatch(key, "key.pem", request.GetDer(), "out");
    }

    [Theory]
    [InlineData("rsa -in key.pem -aes256 -traditional -passout file:pass -out out", "PemLegacyEncryption")]
    [InlineData("x509 -in cert.pem -trustout -out out", "TrustedCertificateUnsupported")]
    public void Openssl_own_forms_are_refused_by_name(string convert, string errorId)
    {
        using PeerTool openssl = PeerTool.Demand("openssl");
        openssl.Write("pass", "correct horse\n"u8);
        openssl.Run(Make + "rsa:2048");
        openssl.Run(convert);
        Assert.Equal(errorId, Assert.Throws<MeshException>(() => MaterialReader.Read(openssl.Read("out"), "out", s_password)).ErrorId);
    }

    [Theory]
    [InlineData("ecparam -name secp256k1 -genkey -out key.pem")]
    [InlineData("ecparam -name prime256v1 -param_enc explicit -genkey -out key.pem")]
    [InlineData("genpkey -algorithm ED25519 -out key.pem")]
    public void Keys_of_other_kinds_are_refused_by_name(string make)
    {
        using PeerTool openssl = PeerTool.Demand("openssl");
        openssl.Run(make);
        MeshException error = Assert.Throws<MeshException>(() => PrivateKeyReader.Read(openssl.Read("key.pem"), "key.pem"));
        Assert.Equal("PrivateKeyAlgorithmUnsupported", error.ErrorId);
    }

    [Fact]
    public void Pkcs12_of_keytool_is_read()
    {
        using PeerTool keytool = PeerTool.Demand("keytool");
        keytool.Run("-genkeypair -keyalg EC -groupname secp256r1 -alias a -dname CN=java -keystore out -storetype PKCS12 -storepass changeit");
        MaterialReadOptions options = new() { Password = "changeit".AsMemory() };
        using MaterialSet set = MaterialReader.Read(keytool.Read("out"), "out", options);
        using PrivateKey key = PrivateKeyReader.Read(set, "out");
        KeyPairCheck.EnsureMatch(key, "out", set[1].GetDer(), "out");
    }

    [Fact]
    public void Pkcs12_of_GnuTLS_is_read()
    {
        using PeerTool certtool = PeerTool.Demand("certtool");
        TestMaterial material = TestMaterial.Shared;
        certtool.Write("key.pem", TestMaterial.Bytes(material.EcPkcs8Pem));
        certtool.Write("cert.pem", TestMaterial.Bytes(material.LeafPem));
        certtool.Run("--to-p12 --load-certificate cert.pem --load-privkey key.pem --p12-name x --password correct --outder --outfile out");
        using MaterialSet set = MaterialReader.Read(certtool.Read("out"), "out", new() { Password = "correct".AsMemory() });
        Assert.Equal([MaterialKind.PrivateKey, MaterialKind.Certificate], set.Select(item => item.Kind));
    }

    [Fact]
    public void Pkcs12_with_a_chain_gives_all_certificates_and_the_key()
    {
        using PeerTool openssl = PeerTool.Demand("openssl");
        TestMaterial material = TestMaterial.Shared;
        openssl.Write("pass", "correct horse\n"u8);
        openssl.Write("leaf.pem", TestMaterial.Bytes(material.LeafPem + material.EcPkcs8Pem));
        openssl.Write("root.pem", TestMaterial.Bytes(material.RootPem));
        openssl.Run("pkcs12 -export -in leaf.pem -certfile root.pem -name friendly -passout file:pass -out out");
        using MaterialSet set = MaterialReader.Read(openssl.Read("out"), "out", s_password);
        Assert.Equal([MaterialKind.PrivateKey, MaterialKind.Certificate, MaterialKind.Certificate], set.Select(item => item.Kind));
        Assert.Equal(material.Leaf.RawData, set[1].GetDer());
        Assert.Equal(material.Root.RawData, set[2].GetDer());
    }
}
