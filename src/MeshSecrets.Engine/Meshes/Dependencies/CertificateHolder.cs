using System.Collections.Immutable;
using System.Security.Cryptography;
using MeshSecrets.Certificates;
using MeshSecrets.Issuers;
using MeshSecrets.Secrets;

namespace MeshSecrets.Meshes.Dependencies;

/// <summary>Something that holds certificates or a key: a secret, a config map, a resource with certificates in it.</summary>
/// <param name="Id">Its identity; <see langword="null"/> for what is no secret.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Kind"><c>Secret</c>, <c>TlsKey</c>, <c>Authority</c>, or the kind of the resource.</param>
/// <param name="Source">Where it was found: a store's name or a file.</param>
internal sealed record CertificateHolder(SecretId? Id, string Name, string Kind, string Source)
{
    /// <summary>The metadata of a secret.</summary>
    internal SecretMetadata? Metadata { get; init; }

    /// <summary>Its certificates with their places.</summary>
    internal ImmutableArray<HeldCertificate> Certificates { get; init; } = [];

    /// <summary>SHA-256 of the public half of a key that is there without its certificate.</summary>
    internal string? BareKey { get; init; }

    /// <summary>Whether a certificate is there without its key.</summary>
    internal bool IsBareCertificate { get; init; }

    /// <summary>The authority that is recorded as its issuer.</summary>
    internal string? RecordedIssuer => Metadata?.Annotations.GetValueOrDefault(IssuanceRecord.IssuerAnnotation);

    /// <summary>What it is itself.</summary>
    internal IEnumerable<HeldCertificate> Own => Certificates.Where(held => held.Role == CertificateRole.Own);

    /// <summary>The keys that are its own.</summary>
    internal IEnumerable<string> Keys => BareKey is null ? Own.Select(held => held.KeyHash).Distinct() : [BareKey];

    /// <summary>SHA-256 of a public key.</summary>
    internal static string HashOf(ReadOnlySpan<byte> subjectPublicKeyInfo) => Convert.ToHexString(SHA256.HashData(subjectPublicKeyInfo));
}

/// <summary>A certificate where it stands.</summary>
/// <param name="Certificate">The certificate.</param>
/// <param name="Field">The data key or field, with the place in it if there are several.</param>
/// <param name="Role">What it is there for.</param>
/// <param name="Thumbprint">SHA-256 of the certificate.</param>
/// <param name="KeyHash">SHA-256 of its public key.</param>
internal sealed record HeldCertificate(CertificateInfo Certificate, string Field, CertificateRole Role, string Thumbprint, string KeyHash);

/// <summary>What a certificate is there for.</summary>
internal enum CertificateRole
{
    /// <summary>It is that of the secret's key.</summary>
    Own,

    /// <summary>It leads from the own one towards the root.</summary>
    Chain,

    /// <summary>It is what others are verified by.</summary>
    Trust,
}
