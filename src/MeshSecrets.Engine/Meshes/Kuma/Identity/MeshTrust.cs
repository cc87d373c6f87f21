using System.Text;
using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Reading;
using MeshSecrets.Certificates.Writing;
using MeshSecrets.Meshes.Manifests;

namespace MeshSecrets.Meshes.Kuma.Identity;

/// <summary>A MeshTrust of Kuma 3: whom proxies of a mesh trust in one trust domain.</summary>
public static class MeshTrust
{
    /// <summary>The resource.</summary>
    /// <param name="place">Where it shall stand.</param>
    /// <param name="trustDomain">The trust domain.</param>
    /// <param name="bundles">Certificates in PEM; each once in the result.</param>
    /// <returns>The resource, with one bundle for each certificate, so that one can be removed alone.</returns>
    /// <exception cref="MeshException">What is given holds no certificates, or a key.</exception>
    public static Manifest Create(IdentityPlace place, string trustDomain, IEnumerable<string> bundles)
    {
        IEnumerable<CertificateInfo> certificates = bundles
            .SelectMany(pem => CertificateReader.ReadCertificates(Encoding.UTF8.GetBytes(pem), "-CaBundle"))
            .Select(item => CertificateInfo.Parse(item.GetDer().ToArray(), item.Location))
            .DistinctBy(certificate => certificate.Thumbprint);
        return place.ToManifest("MeshTrust", ManifestNode.Mapping(
            ("trustDomain", ManifestNode.String(trustDomain)),
            ("caBundles", ManifestNode.Sequence(certificates.Select(ToNode)))));
    }

    private static ManifestNode ToNode(CertificateInfo certificate) => ManifestNode.Mapping(
        ("type", ManifestNode.String("Pem")),
        ("pem", ManifestNode.Mapping(("value", ManifestNode.String(Encoding.ASCII.GetString(PemWriter.EncodeCertificates([certificate.Encoded])))))));
}
