using System.Security.Cryptography.X509Certificates;
using MeshSecrets.Certificates.Reading;

namespace MeshSecrets.Stores.Kubernetes.Connecting;

/// <summary>Reads the authorities that a server's certificate must come from.</summary>
internal static class TrustedAuthorities
{
    internal static X509Certificate2Collection Read(ReadOnlyMemory<byte> content, string place) =>
        [.. CertificateReader.ReadCertificates(content, place, allowPrivateKey: true).Select(item => X509CertificateLoader.LoadCertificate(item.GetDer().Span))];
}
