using System.Collections.Immutable;

namespace MeshSecrets.Certificates.Verification;

/// <summary>A verified path, or why there is none.</summary>
/// <param name="Path">From the certificate to the trust anchor, both included; default if there is none.</param>
/// <param name="Failures">Why each path that was tried failed; empty if one was found.</param>
public sealed record ChainResult(ImmutableArray<CertificateInfo> Path, ImmutableArray<ChainFailure> Failures)
{
    /// <summary>Whether a path was found.</summary>
    public bool IsValid => !Path.IsDefault;
}

/// <summary>Why a path failed.</summary>
/// <param name="FailureId">Stable identifier: <c>CertificateExpired</c>, <c>SignatureInvalid</c>, …</param>
/// <param name="Certificate">The certificate at fault.</param>
/// <param name="Message">What is wrong with it.</param>
public sealed record ChainFailure(string FailureId, CertificateInfo Certificate, string Message);
