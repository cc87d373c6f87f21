using MeshSecrets.Certificates.Keys;
using MeshSecrets.Certificates.Names;
using MeshSecrets.Certificates.Profiles;
using MeshSecrets.Certificates.Requests;

namespace MeshSecrets.Issuers;

/// <summary>What is asked of an issuer.</summary>
public sealed record CertificateOrder
{
    private readonly PrivateKey? _key;
    private readonly CertificateRequestInfo? _request;

    /// <summary>An order for a key that the caller holds.</summary>
    /// <param name="key">The key; it must live until the order is served. It never leaves this process.</param>
    public CertificateOrder(PrivateKey key) => _key = key;

    /// <summary>An order for somebody else's key. Verifies the proof of possession.</summary>
    /// <param name="request">The request.</param>
    /// <exception cref="MeshException"><c>CertificateRequestNotProven</c>.</exception>
    public CertificateOrder(CertificateRequestInfo request)
    {
        request.EnsureProven();
        _request = request;
    }

    /// <summary>The subject; may be empty if there are names.</summary>
    public DistinguishedName Subject { get; init; } = DistinguishedName.Empty;

    /// <summary>The subject alternative names.</summary>
    public SubjectAlternativeNames Names { get; init; } = SubjectAlternativeNames.None;

    /// <summary>What the certificate is for.</summary>
    public required CertificateProfile Profile { get; init; }

    /// <summary>How long it is to be valid; <see langword="null"/> for the profile's usual life.</summary>
    public TimeSpan? ValidFor { get; init; }

    /// <summary>Whether to refuse, rather than shorten, a life that the issuer cannot give in full.</summary>
    public bool RefuseShorterLife { get; init; }

    /// <summary>The key to be certified, in DER.</summary>
    public ReadOnlyMemory<byte> SubjectPublicKeyInfo => _key?.SubjectPublicKeyInfo ?? _request!.SubjectPublicKeyInfo;

    /// <summary>The order as a certificate request, which is what issuers elsewhere take.</summary>
    /// <returns>The DER of a request: the one that came, or one signed by the key.</returns>
    public byte[] ToRequest() => _request?.Encoded.ToArray() ?? CertificateRequestEncoder.Create(Subject, Names, _key!);
}
