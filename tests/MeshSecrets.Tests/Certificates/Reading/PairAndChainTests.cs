using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MeshSecrets.Certificates.Keys;
using MeshSecrets.Certificates.Reading;

namespace MeshSecrets.Tests.Certificates.Reading;

public sealed class PairAndChainTests
{
    private static TestMaterial M => TestMaterial.Shared;

    [Fact]
    public void A_foreign_key_is_refused_with_both_hashes()
    {
        using PrivateKey key = PrivateKeyReader.Read(TestMaterial.Bytes(M.RsaPkcs8Pem), "tls.key");
        MeshException error = Assert.Throws<MeshException>(() => KeyPairCheck.EnsureMatch(key, "tls.key", M.Leaf.RawData, "tls.crt"));
        Assert.Equal("KeyCertificateMismatch", error.ErrorId);
        Assert.Contains("tls.key", error.Message, StringComparison.Ordinal);
        Assert.Contains("tls.crt", error.Message, StringComparison.Ordinal);
        Assert.Contains(Convert.ToHexString(SHA256.HashData(M.RsaKey.ExportSubjectPublicKeyInfo())), error.Message, StringComparison.Ordinal);
        Assert.Contains(Convert.ToHexString(SHA256.HashData(M.EcKey.ExportSubjectPublicKeyInfo())), error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Its_own_key_matches_certificate_and_request(bool request)
    {
        using PrivateKey key = PrivateKeyReader.Read(TestMaterial.Bytes(M.Sec1Pem), "tls.key");
        ReadOnlyMemory<byte> der = request ? M.Request : M.Leaf.RawData;
        KeyPairCheck.EnsureMatch(key, "tls.key", der, "tls.crt");
        Assert.Equal(M.EcKey.ExportSubjectPublicKeyInfo(), KeyPairCheck.SubjectPublicKeyInfo(der, "tls.crt"));
    }

    [Fact]
    public void Leaf_first_is_right() => Assert.Null(ChainOrder.Check(Read(M.LeafPem + M.RootPem)));

    [Fact]
    public void Root_first_is_named_as_reversed()
    {
        MeshException error = Assert.Throws<MeshException>(() => ChainOrder.EnsureLeafFirst(Read(M.RootPem + M.LeafPem), "chain.pem"));
        Assert.Equal("ChainOrderWrong", error.ErrorId);
        Assert.Contains("position 2", error.Message, StringComparison.Ordinal);
        Assert.Contains("reverse order", error.Message, StringComparison.Ordinal);
        Assert.Contains("CN=leaf.example", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_root_of_the_same_name_with_another_key_is_not_the_issuer()
    {
        using ECDsa other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new(M.Root.SubjectName, other, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        using X509Certificate2 twin = request.CreateSelfSigned(DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddDays(1));
        string? finding = ChainOrder.Check(Read(M.LeafPem + TestMaterial.Pem("CERTIFICATE", twin.RawData)));
        Assert.Contains("position 2", finding, StringComparison.Ordinal);
    }

    private static IReadOnlyList<MaterialItem> Read(string pem) => CertificateReader.ReadCertificates(TestMaterial.Bytes(pem), "chain.pem");
}
