using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Names;
using MeshSecrets.Certificates.Reading;
using MeshSecrets.Certificates.Requests;

namespace MeshSecrets;

/// <summary>A decoded certificate request (PKCS#10).</summary>
public sealed class MeshCertificateRequest
{
    internal MeshCertificateRequest(CertificateRequestInfo request, string source)
    {
        Info = request;
        Source = source;
    }

    /// <summary>Where it was found.</summary>
    public string Source { get; }

    /// <summary>The subject asked for (RFC 4514).</summary>
    public string Subject => Info.Subject.ToString();

    /// <summary>The DNS names asked for.</summary>
    public string[] DnsName => [.. Info.Names.DnsNames];

    /// <summary>The SPIFFE ID asked for, or nothing.</summary>
    public string? SpiffeId => Info.Names.Uris.FirstOrDefault(Certificates.Names.SpiffeId.IsSpiffe);

    /// <summary>The other URIs asked for.</summary>
    public string[] Uri => [.. Info.Names.Uris.Where(uri => !Certificates.Names.SpiffeId.IsSpiffe(uri))];

    /// <summary>The IP addresses asked for.</summary>
    public string[] IPAddress => [.. Info.Names.IpAddresses];

    /// <summary>The e-mail addresses asked for.</summary>
    public string[] EmailAddress => [.. Info.Names.EmailAddresses];

    /// <summary>The kind of key.</summary>
    public string KeyAlgorithm => Info.KeyAlgorithm;

    /// <summary>SHA-256 of the public key, by which certificate, request and key are matched.</summary>
    public string PublicKeyThumbprint => PublicKeyHash.Of(Info.SubjectPublicKeyInfo);

    /// <summary>The request in PEM.</summary>
    public string Pem => PemText.Of(MaterialKind.CertificateRequest, Info.Encoded);

    internal CertificateRequestInfo Info { get; }

    /// <summary>The request in PEM, so that the object stands for its text wherever one is wanted.</summary>
    /// <returns>The PEM.</returns>
    public override string ToString() => Pem;
}
