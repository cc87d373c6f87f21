using System.Text;
using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Reading;
using MeshSecrets.Certificates.Writing;

namespace MeshSecrets.Certificates;

/// <summary>Certificates and requests as text, for objects and strings in PowerShell.</summary>
internal static class PemText
{
    internal static string ToPem(this CertificateInfo certificate) => Of(MaterialKind.Certificate, certificate.Encoded);

    internal static string ToPem(this IEnumerable<CertificateInfo> certificates) => string.Concat(certificates.Select(ToPem));

    internal static string Of(MaterialKind kind, ReadOnlyMemory<byte> der) => Encoding.ASCII.GetString(PemWriter.Encode(kind, der.Span));
}
