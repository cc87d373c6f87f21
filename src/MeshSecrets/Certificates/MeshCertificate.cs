using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Names;
using MeshSecrets.Certificates.Profiles;

namespace MeshSecrets;

/// <summary>A decoded certificate.</summary>
public sealed class MeshCertificate
{
    private readonly IReadOnlyList<CertificateInfo> _chain;

    internal MeshCertificate(CertificateInfo certificate, string source, IReadOnlyList<CertificateInfo>? chain = null)
    {
        Info = certificate;
        Source = source;
        _chain = chain ?? [certificate];
    }

    /// <summary>Where it was found: a file, a secret, a host, with the line or data key.</summary>
    public string Source { get; }

    /// <summary>The subject (RFC 4514: the most specific part first).</summary>
    public string Subject => Info.Subject.ToString();

    /// <summary>The issuer's subject.</summary>
    public string Issuer => Info.Issuer.ToString();

    /// <summary>The serial number in hexadecimal digits.</summary>
    public string SerialNumber => Info.SerialNumber;

    /// <summary>SHA-256 of the certificate.</summary>
    public string Thumbprint => Info.Thumbprint;

    /// <summary>First moment of validity (UTC).</summary>
    public DateTime NotBefore => Info.NotBefore.UtcDateTime;

    /// <summary>Last moment of validity (UTC).</summary>
    public DateTime NotAfter => Info.NotAfter.UtcDateTime;

    /// <summary>The DNS names.</summary>
    public string[] DnsName => [.. Info.Names.DnsNames];

    /// <summary>The SPIFFE ID, or nothing.</summary>
    public string? SpiffeId => Info.Names.Uris.FirstOrDefault(Certificates.Names.SpiffeId.IsSpiffe);

    /// <summary>The URIs other than the SPIFFE ID.</summary>
    public string[] Uri => [.. Info.Names.Uris.Where(uri => !Certificates.Names.SpiffeId.IsSpiffe(uri))];

    /// <summary>The IP addresses.</summary>
    public string[] IPAddress => [.. Info.Names.IpAddresses];

    /// <summary>The e-mail addresses.</summary>
    public string[] EmailAddress => [.. Info.Names.EmailAddresses];

    /// <summary>Whether it is an authority's.</summary>
    public bool IsCa => Info.IsCa;

    /// <summary>How many authorities may follow below it; nothing for no limit, or if it is no authority's.</summary>
    public int? PathLength => Info.PathLength;

    /// <summary>The key usages; nothing if it does not restrict them.</summary>
    public string[] KeyUsage => Info.KeyUsages is { } usages
        ? [.. Enum.GetValues<KeyUsages>().Where(usage => usage != KeyUsages.None && usages.HasFlag(usage)).Select(usage => usage.ToString())]
        : [];

    /// <summary>The extended key usages by name, or as OIDs; nothing if it does not restrict them.</summary>
    public string[] ExtendedKeyUsage => [.. Info.ExtendedKeyUsages.Select(ExtendedKeyUsageName.FromOid)];

    /// <summary>The kind of key.</summary>
    public string KeyAlgorithm => Info.KeyAlgorithm;

    /// <summary>How it is signed.</summary>
    public string SignatureAlgorithm => Info.SignatureAlgorithmName;

    /// <summary>SHA-256 of the public key (SubjectPublicKeyInfo), by which certificate, request and key are matched.</summary>
    public string PublicKeyThumbprint => PublicKeyHash.Of(Info.SubjectPublicKeyInfo);

    /// <summary>The subject key identifier in hexadecimal digits.</summary>
    public string SubjectKeyIdentifier => Convert.ToHexString(Info.SubjectKeyIdentifier.Span);

    /// <summary>The authority key identifier in hexadecimal digits.</summary>
    public string AuthorityKeyIdentifier => Convert.ToHexString(Info.AuthorityKeyIdentifier.Span);

    /// <summary>The certificate in PEM.</summary>
    public string Pem => Info.ToPem();

    /// <summary>The certificate and the intermediates that came with it, in PEM, as servers want it.</summary>
    public string ChainPem => _chain.ToPem();

    internal CertificateInfo Info { get; }

    /// <summary>The subject, or the names if it is empty.</summary>
    /// <returns>For example <c>CN=web</c>.</returns>
    public override string ToString() => Info.Subject.IsEmpty ? Info.Names.ToString() : Subject;
}
