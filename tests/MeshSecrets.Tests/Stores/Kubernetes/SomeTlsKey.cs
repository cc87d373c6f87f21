using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using MeshSecrets.Secrets;

namespace MeshSecrets.Tests.Stores.Kubernetes;

/// <summary>A TLS key that signed itself, each time another one.</summary>
internal static class SomeTlsKey
{
    internal static Secret Create(SecretId id)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=some", key, HashAlgorithmName.SHA256);
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(30));
        SecretData data = new SecretData()
            .Set(DataKey.Certificate, Encoding.ASCII.GetBytes(certificate.ExportCertificatePem()))
            .Set(DataKey.PrivateKey, Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem()));
        return new Secret(TlsKeySecret.Describe(new SecretMetadata { Id = id, Type = SecretType.Tls }, data), data);
    }
}
