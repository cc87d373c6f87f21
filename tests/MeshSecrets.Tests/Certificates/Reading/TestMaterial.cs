using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace MeshSecrets.Tests.Certificates.Reading;

/// <summary>Keys, certificates and requests that the framework makes, independent of the code under test.</summary>
internal sealed class TestMaterial : IDisposable
{
    private static readonly Lazy<TestMaterial> s_shared = new(() => new TestMaterial());

    private TestMaterial()
    {
        DateTimeOffset start = DateTimeOffset.UtcNow.AddMinutes(-5);
        RootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        EcKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        RsaKey = RSA.Create(2048);

        CertificateRequest root = new("CN=Test Root", RootKey, HashAlgorithmName.SHA256);
        root.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        root.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(root.PublicKey, false));
        Root = root.CreateSelfSigned(start, start.AddDays(30));

        CertificateRequest leaf = new("CN=leaf.example", EcKey, HashAlgorithmName.SHA256);
        leaf.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(Root, true, false));
        Leaf = leaf.Create(Root.SubjectName, X509SignatureGenerator.CreateForECDsa(RootKey), start, start.AddDays(20), [1, 2, 3, 4]).CopyWithPrivateKey(EcKey);
        Request = leaf.CreateSigningRequest();

        CertificateRequest rsa = new("CN=rsa.example", RsaKey, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        RsaLeaf = rsa.CreateSelfSigned(start, start.AddDays(20));
        Crl = new CertificateRevocationListBuilder().Build(Root.SubjectName, X509SignatureGenerator.CreateForECDsa(RootKey), 1, start.AddDays(7), HashAlgorithmName.SHA256, X509AuthorityKeyIdentifierExtension.CreateFromCertificate(Root, true, false));
    }

    internal static TestMaterial Shared => s_shared.Value;

    internal ECDsa RootKey { get; }

    internal ECDsa EcKey { get; }

    internal RSA RsaKey { get; }

    internal X509Certificate2 Root { get; }

    internal X509Certificate2 Leaf { get; }

    internal X509Certificate2 RsaLeaf { get; }

    internal byte[] Request { get; }

    internal byte[] Crl { get; }

    internal const string Password = "correct horse";

    internal string LeafPem => Pem("CERTIFICATE", Leaf.RawData);

    internal string RootPem => Pem("CERTIFICATE", Root.RawData);

    internal string RequestPem => Pem("CERTIFICATE REQUEST", Request);

    internal string EcPkcs8Pem => Pem("PRIVATE KEY", EcKey.ExportPkcs8PrivateKey());

    internal string RsaPkcs8Pem => Pem("PRIVATE KEY", RsaKey.ExportPkcs8PrivateKey());

    internal string Sec1Pem => Pem("EC PRIVATE KEY", EcKey.ExportECPrivateKey());

    internal string Pkcs1Pem => Pem("RSA PRIVATE KEY", RsaKey.ExportRSAPrivateKey());

    internal string EncryptedPem => Pem("ENCRYPTED PRIVATE KEY", EcKey.ExportEncryptedPkcs8PrivateKey(Password, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 2000)));

    internal string PublicKeyPem => Pem("PUBLIC KEY", EcKey.ExportSubjectPublicKeyInfo());

    internal string CrlPem => Pem("X509 CRL", Crl);

    internal byte[] Pkcs12 => Leaf.ExportPkcs12(new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 10), Password);

    /// <summary>A block in the form of RFC 7468, with a final newline.</summary>
    internal static string Pem(string label, byte[] der) => PemEncoding.WriteString(label, der) + "\n";

    internal static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    public void Dispose()
    {
        RootKey.Dispose();
        EcKey.Dispose();
        RsaKey.Dispose();
        Root.Dispose();
        Leaf.Dispose();
        RsaLeaf.Dispose();
    }
}
