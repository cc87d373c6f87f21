using System.Collections.Immutable;
using MeshSecrets.Certificates.Keys;
using MeshSecrets.Certificates.Names;
using MeshSecrets.Certificates.Profiles;
using MeshSecrets.Secrets;

namespace MeshSecrets.Issuers;

/// <summary>A TLS key to be issued and kept.</summary>
public sealed record TlsKeyOrder
{
    /// <summary>Name and scope under which it is kept.</summary>
    public required SecretId Id { get; init; }

    /// <summary>The subject; <see langword="null"/> for the first DNS name as common name, or an empty one if there is none.</summary>
    public DistinguishedName? Subject { get; init; }

    /// <summary>The subject alternative names.</summary>
    public required SubjectAlternativeNames Names { get; init; }

    /// <summary>What the certificate is for.</summary>
    public required CertificateProfile Profile { get; init; }

    /// <summary>How long it is to be valid; <see langword="null"/> for the profile's usual life.</summary>
    public TimeSpan? ValidFor { get; init; }

    /// <summary>Whether to refuse, rather than shorten, a life beyond the issuer's.</summary>
    public bool RefuseShorterLife { get; init; }

    /// <summary>The kind of key.</summary>
    public KeyAlgorithm KeyAlgorithm { get; init; }

    /// <summary>Labels of the secret.</summary>
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Annotations of the secret, beside those that record the issuance.</summary>
    public ImmutableSortedDictionary<string, string> Annotations { get; init; } = ImmutableSortedDictionary<string, string>.Empty;
}
