using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Names;
using MeshSecrets.Issuers;
using MeshSecrets.Secrets;

namespace MeshSecrets;

/// <summary>A TLS key, known by its certificate; without its private key.</summary>
public class MeshTlsKey : MeshSecret
{
    private readonly CertificateSummary _certificate;

    internal MeshTlsKey(SecretMetadata metadata, MeshStore store)
        : base(metadata, store) =>
        _certificate = metadata.Certificate ?? throw new ArgumentException("The secret holds no certificate.", nameof(metadata));

    /// <summary>SHA-256 of the certificate.</summary>
    public string Thumbprint => _certificate.Thumbprint;

    /// <summary>The certificate's subject (RFC 4514).</summary>
    public string Subject => _certificate.Subject;

    /// <summary>The subject of the certificate's issuer (RFC 4514).</summary>
    public string IssuerSubject => _certificate.Issuer;

    /// <summary>The authority that issued it and will renew it, as <c>global/mesh-ca</c>; nothing for one that was imported.</summary>
    public string? Issuer => IssuerReference.TryParse(Metadata.Annotations.GetValueOrDefault(IssuanceRecord.IssuerAnnotation))?.Name;

    /// <summary>The certificate's serial number in hexadecimal digits.</summary>
    public string SerialNumber => _certificate.SerialNumber;

    /// <summary>First moment of validity (UTC).</summary>
    public DateTime NotBefore => _certificate.NotBefore.UtcDateTime;

    /// <summary>Last moment of validity (UTC).</summary>
    public DateTime NotAfter => _certificate.NotAfter.UtcDateTime;

    /// <summary>The kind of key.</summary>
    public string KeyAlgorithm => _certificate.KeyAlgorithm;

    /// <summary>The DNS names.</summary>
    public string[] DnsName => [.. _certificate.DnsNames];

    /// <summary>The SPIFFE ID, or nothing.</summary>
    public string? SpiffeId => _certificate.Uris.FirstOrDefault(Certificates.Names.SpiffeId.IsSpiffe);

    /// <summary>The URIs other than the SPIFFE ID.</summary>
    public string[] Uri => [.. _certificate.Uris.Where(uri => !Certificates.Names.SpiffeId.IsSpiffe(uri))];

    /// <summary>The IP addresses.</summary>
    public string[] IPAddress => [.. _certificate.IpAddresses];

    /// <summary>The e-mail addresses.</summary>
    public string[] EmailAddress => [.. _certificate.EmailAddresses];
}
