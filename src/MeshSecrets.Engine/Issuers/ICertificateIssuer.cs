namespace MeshSecrets.Issuers;

/// <summary>
/// Something that issues certificates: an authority of the embedded engine, or one elsewhere. This is all that every
/// issuer can do; further abilities are interfaces of their own.
/// </summary>
/// <remarks>Safe to call from several threads at once. An issuer that never waits completes synchronously.</remarks>
public interface ICertificateIssuer : IDisposable
{
    /// <summary>By what the issuer is recorded beside what it issued, and found again.</summary>
    IssuerReference Reference { get; }

    /// <summary>Issues a certificate.</summary>
    /// <param name="order">What is asked for.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The certificate as issued, which may differ from what was asked: read what it says.</returns>
    /// <exception cref="MeshException">The order is against the issuer's rules, or the issuer failed.</exception>
    ValueTask<IssuedCertificate> IssueAsync(CertificateOrder order, CancellationToken cancellationToken);
}
