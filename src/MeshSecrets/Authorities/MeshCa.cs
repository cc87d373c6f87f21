using MeshSecrets.Certificates;
using MeshSecrets.Issuers;
using MeshSecrets.Issuers.Embedded;
using MeshSecrets.Secrets;

namespace MeshSecrets;

/// <summary>A certificate authority; without its private key.</summary>
public sealed class MeshCa : MeshTlsKey
{
    private readonly CertificateInfo _certificate;
    private readonly IssuancePolicy _policy;

    internal MeshCa(SecretMetadata metadata, MeshStore store, CertificateInfo certificate, bool isRoot)
        : base(metadata, store)
    {
        _certificate = certificate;
        _policy = AuthoritySecret.ReadPolicy(metadata);
        IsRoot = isRoot;
    }

    /// <summary>Whether it is a root.</summary>
    public bool IsRoot { get; }

    /// <summary>How many authorities may follow below it; nothing for no limit.</summary>
    public int? PathLength => _certificate.PathLength;

    /// <summary>The DNS names that it may certify; empty if they are not restricted.</summary>
    public string[] AllowedDnsName => [.. _policy.AllowedDnsNames];

    /// <summary>The beginnings of URIs that it may certify; empty if they are not restricted.</summary>
    public string[] AllowedUriPrefix => [.. _policy.AllowedUriPrefixes];

    /// <summary>The IP addresses and networks that it may certify; empty if they are not restricted.</summary>
    public string[] AllowedIPAddress => [.. _policy.AllowedIpAddresses];

    /// <summary>The longest life of what it issues; nothing for no limit but its own life.</summary>
    public TimeSpan? LongestLife => _policy.LongestLife;

    /// <summary>The kinds of key that it certifies; empty for all.</summary>
    public string[] AllowedKeyAlgorithm => [.. _policy.AllowedKeyAlgorithms.Select(algorithm => algorithm.ToString())];

    /// <summary>The certificate in PEM.</summary>
    public string Pem => _certificate.ToPem();
}
