using System.Security.Cryptography;
using MeshSecrets.Certificates.Keys;

namespace MeshSecrets.Certificates.Reading;

/// <summary>Proves that a private key belongs to a certificate or request.</summary>
public static class KeyPairCheck
{
    /// <summary>Compares the public keys.</summary>
    /// <param name="key">The private key.</param>
    /// <param name="keySource">Where it comes from, for the message.</param>
    /// <param name="certificateOrRequest">DER of the certificate or request.</param>
    /// <param name="certificateSource">Where that comes from, for the message.</param>
    /// <exception cref="MeshException">
    /// <c>KeyCertificateMismatch</c>, with the SHA-256 of both public keys; <c>CertificateInvalid</c>,
    /// <c>CertificateRequestInvalid</c>.
    /// </exception>
    public static void EnsureMatch(PrivateKey key, string keySource, ReadOnlyMemory<byte> certificateOrRequest, string certificateSource)
    {
        ReadOnlyMemory<byte> publicKey = SubjectPublicKeyInfo(certificateOrRequest, certificateSource);
        if (!PublicKeyInfo.SameKey(key.SubjectPublicKeyInfo.Span, publicKey.Span))
        {
            throw ReadErrors.KeyMismatch(keySource, Hash(key.SubjectPublicKeyInfo), certificateSource, Hash(publicKey));
        }
    }

    /// <summary>Picks the public key out of a certificate or request.</summary>
    /// <param name="certificateOrRequest">DER of the certificate or request.</param>
    /// <param name="source">Where it comes from, for messages.</param>
    /// <returns>DER of SubjectPublicKeyInfo, as a slice of the input.</returns>
    /// <exception cref="MeshException"><c>CertificateInvalid</c>, <c>CertificateRequestInvalid</c>.</exception>
    public static ReadOnlyMemory<byte> SubjectPublicKeyInfo(ReadOnlyMemory<byte> certificateOrRequest, string source) =>
        DerShape.Identify(certificateOrRequest.Span) == MaterialKind.CertificateRequest
            ? CertificateStructure.RequestPublicKey(certificateOrRequest, new(source))
            : CertificateStructure.Parse(certificateOrRequest, new(source)).SubjectPublicKeyInfo;

    private static string Hash(ReadOnlyMemory<byte> publicKey) => Convert.ToHexString(SHA256.HashData(publicKey.Span));
}
