using System.Collections.Immutable;

namespace MeshSecrets.Certificates;

/// <summary>
/// What listing, filtering and planning need of a certificate, kept beside a secret so that its values need not be read.
/// </summary>
public sealed record CertificateSummary
{
    /// <summary>SHA-256 of the DER encoding, in 64 uppercase hexadecimal digits: the certificate's identity everywhere.</summary>
    public required string Thumbprint { get; init; }

    /// <summary>Subject as an RFC 4514 string; empty for an empty subject.</summary>
    public required string Subject { get; init; }

    /// <summary>Issuer as an RFC 4514 string.</summary>
    public required string Issuer { get; init; }

    /// <summary>Serial number in uppercase hexadecimal digits without separators.</summary>
    public required string SerialNumber { get; init; }

    /// <summary>First moment of validity (UTC).</summary>
    public required DateTimeOffset NotBefore { get; init; }

    /// <summary>Last moment of validity (UTC).</summary>
    public required DateTimeOffset NotAfter { get; init; }

    /// <summary>Key algorithm: <c>P256</c>, <c>P384</c>, <c>Rsa2048</c>, … or an OID.</summary>
    public required string KeyAlgorithm { get; init; }

    /// <summary>Whether basicConstraints say CA.</summary>
    public bool IsCa { get; init; }

    /// <summary>DNS names of the subject alternative name extension.</summary>
    public ImmutableArray<string> DnsNames { get; init; } = [];

    /// <summary>URIs of that extension, byte for byte; a SPIFFE ID is one.</summary>
    public ImmutableArray<string> Uris { get; init; } = [];

    /// <summary>IP addresses of that extension.</summary>
    public ImmutableArray<string> IpAddresses { get; init; } = [];

    /// <summary>E-mail addresses of that extension.</summary>
    public ImmutableArray<string> EmailAddresses { get; init; } = [];
}
