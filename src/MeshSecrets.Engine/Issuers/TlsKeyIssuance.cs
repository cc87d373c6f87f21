using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Keys;
using MeshSecrets.Certificates.Names;
using MeshSecrets.Secrets;

namespace MeshSecrets.Issuers;

/// <summary>Makes a key, has it certified, and puts both into a secret.</summary>
public static class TlsKeyIssuance
{
    /// <summary>Makes a key pair and issues a TLS key.</summary>
    /// <param name="order">What is asked for.</param>
    /// <param name="issuer">Who issues it.</param>
    /// <param name="cancellationToken">Stops the operation.</param>
    /// <returns>The TLS key, not yet stored.</returns>
    /// <exception cref="MeshException">As <see cref="ICertificateIssuer.IssueAsync"/>.</exception>
    public static async Task<IssuedTlsKey> IssueAsync(TlsKeyOrder order, ICertificateIssuer issuer, CancellationToken cancellationToken)
    {
        using PrivateKey key = await PrivateKey.GenerateAsync(order.KeyAlgorithm, cancellationToken).ConfigureAwait(false);
        return await IssueAsync(order, key, issuer, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Issues a TLS key for a key pair that exists.</summary>
    /// <param name="order">What is asked for.</param>
    /// <param name="key">The key; it stays the caller's.</param>
    /// <param name="issuer">Who issues it.</param>
    /// <param name="cancellationToken">Stops the operation.</param>
    /// <returns>The TLS key, not yet stored.</returns>
    /// <exception cref="MeshException">As <see cref="ICertificateIssuer.IssueAsync"/>.</exception>
    public static async Task<IssuedTlsKey> IssueAsync(TlsKeyOrder order, PrivateKey key, ICertificateIssuer issuer, CancellationToken cancellationToken)
    {
        CertificateOrder certificateOrder = new(key)
        {
            Subject = order.Subject ?? UsualSubject(order.Names),
            Names = order.Names,
            Profile = order.Profile,
            ValidFor = order.ValidFor,
            RefuseShorterLife = order.RefuseShorterLife,
        };
        IssuedCertificate issued = await issuer.IssueAsync(certificateOrder, cancellationToken).ConfigureAwait(false);
        IssuanceRecord record = new(issuer.Reference, order.Profile.Name, order.ValidFor ?? order.Profile.UsualLife, order.KeyAlgorithm);
        Secret secret = TlsKeySecret.Create(
            order.Id,
            [issued.Certificate, .. issued.Intermediates],
            key,
            issued.Roots,
            order.Labels,
            record.WriteTo(order.Annotations));
        return new IssuedTlsKey(secret, issued.IsShortened);
    }

    /// <summary>The first DNS name as common name: not needed by any current software, but what people look for in a list.</summary>
    private static DistinguishedName UsualSubject(SubjectAlternativeNames names) =>
        names.DnsNames.IsEmpty ? DistinguishedName.Empty : DistinguishedName.FromCommonName(names.DnsNames[0]);
}

/// <summary>A TLS key as issued.</summary>
/// <param name="Secret">The secret, to be stored, and disposed by the one who does.</param>
/// <param name="IsShortened">Whether its life is shorter than asked because the issuer's own ends earlier.</param>
public sealed record IssuedTlsKey(Secret Secret, bool IsShortened);
