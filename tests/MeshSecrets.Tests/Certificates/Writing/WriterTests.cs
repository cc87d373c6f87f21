using System.Buffers;
using System.Text;
using MeshSecrets.Certificates.Keys;
using MeshSecrets.Certificates.Reading;
using MeshSecrets.Certificates.Writing;
using MeshSecrets.Tests.Certificates.Reading;
using MeshSecrets.Tests.Peers;

namespace MeshSecrets.Tests.Certificates.Writing;

public sealed class WriterTests
{
    private const string Password = TestMaterial.Password;

    private static TestMaterial M => TestMaterial.Shared;

    public static TheoryData<KeyAlgorithm> Algorithms => [KeyAlgorithm.P256, KeyAlgorithm.P384, KeyAlgorithm.Rsa2048];

    [Fact]
    public void Pem_is_what_RFC_7468_demands()
    {
        ArrayBufferWriter<byte> buffer = new();
        PemWriter.Write(MaterialKind.Certificate, M.Leaf.RawData, buffer);
        PemWriter.Write(MaterialKind.CertificateRequest, M.Request, buffer);
        Assert.Equal(M.LeafPem + M.RequestPem, Encoding.ASCII.GetString(buffer.WrittenSpan));
        Assert.Equal(TestMaterial.Bytes(M.LeafPem + M.RootPem), PemWriter.EncodeCertificates([M.Leaf.RawData, M.Root.RawData]));
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void Every_form_of_a_key_is_read_back_and_accepted_by_openssl(KeyAlgorithm algorithm)
    {
        using PrivateKey key = PrivateKey.Generate(algorithm);
        byte[][] forms =
        [
            PemWriter.EncodePrivateKey(key),
            PemWriter.EncodePrivateKey(key, PrivateKeyFormat.Traditional),
            PemWriter.EncodeEncryptedPrivateKey(key, Password),
        ];
        foreach (byte[] form in forms)
        {
            using PrivateKey again = PrivateKeyReader.Read(form, "key.pem", new() { Password = Password.AsMemory() });
            Assert.Equal(key.SubjectPublicKeyInfo, again.SubjectPublicKeyInfo);
        }

        using PeerTool openssl = PeerTool.Demand("openssl");
        openssl.Write("pass", TestMaterial.Bytes(Password));
        foreach (byte[] form in forms)
        {
            openssl.Write("key.pem", form);
            openssl.Run("pkey -in key.pem -passin file:pass -check -noout");
            openssl.Run("pkey -in key.pem -passin file:pass -pubout -outform DER -out public");
            Assert.Equal(key.SubjectPublicKeyInfo, openssl.Read("public"));
        }
    }

    [Fact]
    public void Pkcs12_is_read_back_with_chain_and_key()
    {
        byte[] content = Pkcs12();
        MaterialReadOptions options = new() { Password = Password.AsMemory() };
        IReadOnlyList<MaterialItem> chain = CertificateReader.ReadCertificates(content, "site.p12", options, allowPrivateKey: true);
        Assert.Equal([M.Leaf.RawData, M.Root.RawData], chain.Select(item => item.GetDer().ToArray()));
        using PrivateKey key = PrivateKeyReader.Read(content, "site.p12", options);
        Assert.Equal(M.EcKey.ExportSubjectPublicKeyInfo(), key.SubjectPublicKeyInfo);
    }

    [Theory]
    [InlineData("openssl", "pkcs12 -in site.p12 -passin file:pass -nodes -info", "PBES2, PBKDF2, AES-256-CBC")]
    [InlineData("keytool", "-list -keystore site.p12 -storetype PKCS12 -storepass correct -v", "PrivateKeyEntry")]
    [InlineData("pk12util", "-l site.p12 -w pass", "CN=leaf.example")]
    [InlineData("certtool", "--p12-info --inder --infile=site.p12 --password=correct", "BEGIN CERTIFICATE")]
    public void Pkcs12_is_accepted_by_others(string tool, string arguments, string expected)
    {
        using PeerTool peer = PeerTool.Demand(tool);
        peer.Write("pass", "correct"u8);
        peer.Write("site.p12", Pkcs12("correct"));
        Assert.Contains(expected, peer.Run(arguments), StringComparison.Ordinal);
    }

    [Fact]
    public void Pkcs12_without_password_or_of_a_foreign_certificate_is_refused()
    {
        using PrivateKey key = PrivateKey.Generate(KeyAlgorithm.P256);
        Assert.Equal("PasswordEmpty", Assert.Throws<MeshException>(() => Pkcs12Writer.Encode(key, [M.Leaf.RawData], "")).ErrorId);
        Assert.Equal("KeyCertificateMismatch", Assert.Throws<MeshException>(() => Pkcs12Writer.Encode(key, [M.Leaf.RawData], Password)).ErrorId);
        Assert.Equal("PasswordEmpty", Assert.Throws<MeshException>(() => PemWriter.EncodeEncryptedPrivateKey(key, "")).ErrorId);
    }

    private static byte[] Pkcs12(string password = Password)
    {
        using PrivateKey key = PrivateKeyReader.Read(TestMaterial.Bytes(M.EcPkcs8Pem), "key.pem");
        return Pkcs12Writer.Encode(key, [M.Leaf.RawData, M.Root.RawData], password);
    }
}
