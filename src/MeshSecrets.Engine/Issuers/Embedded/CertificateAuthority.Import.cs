using System.Collections.Immutable;
using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Keys;
using MeshSecrets.Certificates.Profiles;
using MeshSecrets.Certificates.Verification;
using MeshSecrets.Secrets;

namespace MeshSecrets.Issuers.Embedded;

/// <content>Authorities that were made elsewhere or before.</content>
public sealed partial class CertificateAuthority
{
    private const string KeyMismatch = "the private key given is not that of the certificate";

    /// <summary>Takes over an existing authority, and verifies that it is one and that its chain leads to a root.</summary>
    /// <param name="name">Its name, by which it is recorded.</param>
    /// <param name="certificate">Its certificate.</param>
    /// <param name="key">Its key, owned by the authority from now on.</param>
    /// <param name="above">The certificates above it, in any order; what does not belong to the chain is left out.</param>
    /// <param name="policy">What it may issue.</param>
    /// <param name="time">The clock.</param>
    /// <returns>The authority.</returns>
    /// <exception cref="MeshException"><c>AuthorityInvalid</c> or <c>AuthorityChainInvalid</c>.</exception>
    public static CertificateAuthority Import(
        string name,
        CertificateInfo certificate,
        PrivateKey key,
        IReadOnlyCollection<CertificateInfo> above,
        IssuancePolicy policy,
        TimeProvider time)
    {
        if (!certificate.IsCa)
        {
            throw IssuerErrors.NotAnAuthority(certificate.ToString(), "its basicConstraints do not say CA, so everyone would refuse what it signs");
        }

        if (certificate.KeyUsages is { } usages && (usages & KeyUsages.KeyCertSign) == 0)
        {
            throw IssuerErrors.NotAnAuthority(certificate.ToString(), "its key usages lack keyCertSign, so everyone would refuse what it signs");
        }

        if (!PublicKeyInfo.SameKey(certificate.SubjectPublicKeyInfo.Span, key.SubjectPublicKeyInfo.Span))
        {
            throw IssuerErrors.NotAnAuthority(certificate.ToString(), KeyMismatch);
        }

        if (!PublicKeyInfo.IsStrong(certificate.KeyAlgorithm))
        {
            throw IssuerErrors.NotAnAuthority(certificate.ToString(), $"its key ({certificate.KeyAlgorithm}) is too weak, so current software refuses what it signs");
        }

        return new CertificateAuthority(name, certificate, key, VerifyChain(certificate, above, time), policy, time);
    }

    /// <summary>Takes over an existing authority from material that was read: the first certificate is its own, all others may be its chain.</summary>
    /// <param name="name">Its name, by which it is recorded.</param>
    /// <param name="material">Certificate, key and chain; it stays the caller's.</param>
    /// <param name="policy">What it may issue.</param>
    /// <param name="time">The clock.</param>
    /// <returns>The authority, with a copy of the key.</returns>
    /// <exception cref="MeshException"><c>AuthorityInvalid</c> or <c>AuthorityChainInvalid</c>.</exception>
    public static CertificateAuthority Import(string name, TlsKeyMaterial material, IssuancePolicy policy, TimeProvider time)
    {
        PrivateKey copy = material.Key.Clone();
        try
        {
            return Import(name, material.Chain[0], copy, [.. material.Chain[1..], .. material.Roots], policy, time);
        }
        catch
        {
            copy.Dispose();
            throw;
        }
    }

    /// <summary>An authority that was verified before it was stored.</summary>
    internal static CertificateAuthority Restore(
        string name,
        CertificateInfo certificate,
        PrivateKey key,
        ImmutableArray<CertificateInfo> chain,
        IssuancePolicy policy,
        TimeProvider time) =>
        PublicKeyInfo.SameKey(certificate.SubjectPublicKeyInfo.Span, key.SubjectPublicKeyInfo.Span)
            ? new CertificateAuthority(name, certificate, key, chain, policy, time)
            : throw IssuerErrors.NotAnAuthority(certificate.ToString(), KeyMismatch);

    private static ImmutableArray<CertificateInfo> VerifyChain(CertificateInfo certificate, IReadOnlyCollection<CertificateInfo> above, TimeProvider time)
    {
        if (certificate.IsSelfIssued && SignatureVerifier.IsSignedBy(certificate, certificate))
        {
            return [];
        }

        List<CertificateInfo> roots = [.. above.Where(candidate => candidate.IsSelfIssued)];
        ChainResult chain = ChainBuilder.Build(certificate, above, roots, time.GetUtcNow());
        return chain.IsValid
            ? chain.Path[1..]
            : throw IssuerErrors.ChainIncomplete(certificate.ToString(), chain.Failures[^1].Message);
    }
}
