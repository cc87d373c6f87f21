using System.Collections.Immutable;
using MeshSecrets.Certificates;

namespace MeshSecrets.Issuers;

/// <summary>What an issuer gave.</summary>
/// <param name="Certificate">The certificate; its dates, names and usages are what counts, not what was asked.</param>
/// <param name="Intermediates">The authorities between it and the root, the issuing one first; empty if a root issued it.</param>
/// <param name="Roots">What verifies the chain: the root, or during a rotation several.</param>
/// <param name="IsShortened">Whether its life is shorter than asked because the issuer's own ends earlier.</param>
public sealed record IssuedCertificate(
    CertificateInfo Certificate,
    ImmutableArray<CertificateInfo> Intermediates,
    ImmutableArray<CertificateInfo> Roots,
    bool IsShortened);
