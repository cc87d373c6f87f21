using System.Collections.Immutable;
using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Keys;
using MeshSecrets.Certificates.Reading;
using MeshSecrets.Meshes.Formats;
using MeshSecrets.Secrets;

namespace MeshSecrets.Meshes.Gloo.Relay;

/// <summary>What the relay's forms of an authority have in common: <c>tls.crt</c>, <c>tls.key</c>, <c>ca.crt</c>.</summary>
internal static class RelayAuthority
{
    /// <summary>The one secret of a name, of whichever cluster.</summary>
    /// <exception cref="MeshException"><c>FormatAmbiguous</c>, if there are several.</exception>
    internal static Secret? FindSecret(MeshObjects objects, string name)
    {
        Secret[] found = [.. objects.Secrets.Where(secret => RelaySecretName.TryParse(secret.Id.Name) == name)];
        return found.Length > 1 ? throw FormatErrors.Ambiguous("What was given", found.Select(secret => secret.Id.ToString())) : found.FirstOrDefault();
    }

    /// <summary>The authority whose certificate is proven to be that of the key, in whichever of the values it stands.</summary>
    /// <param name="secret">A secret with a key.</param>
    /// <param name="format">The form, for messages.</param>
    /// <param name="ownIn">The data keys in which its own certificate may stand, in the order in which they are looked through.</param>
    /// <exception cref="MeshException"><c>FormatIncomplete</c>, if none of the certificates is the key's.</exception>
    internal static AuthorityMaterial Read(Secret secret, string format, params ReadOnlySpan<string> ownIn)
    {
        List<CertificateInfo> candidates = [];
        foreach (string dataKey in ownIn)
        {
            candidates.AddRange(AuthorityData.ReadCertificates(secret, dataKey));
        }

        PrivateKey key = PrivateKeyReader.Read(secret.GetData().GetValue(DataKey.PrivateKey), $"{secret.Id}, {DataKey.PrivateKey}");
        try
        {
            CertificateInfo own = candidates.Find(certificate => PublicKeyInfo.SameKey(certificate.SubjectPublicKeyInfo.Span, key.SubjectPublicKeyInfo.Span))
                ?? throw FormatErrors.Incomplete(format, secret.Id.ToString(), $"none of its certificates in {string.Join(" or ", ownIn!)} is that of the key in {DataKey.PrivateKey}");
            return Create(secret, key, own);
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    private static AuthorityMaterial Create(Secret secret, PrivateKey key, CertificateInfo own)
    {
        CertificateInfo[] others =
        [
            .. AuthorityData.ReadCertificates(secret, DataKey.Certificate)
                .Concat(AuthorityData.ReadCertificates(secret, DataKey.TrustBundle))
                .DistinctBy(certificate => certificate.Thumbprint)
                .Where(certificate => certificate.Thumbprint != own.Thumbprint),
        ];
        CertificateInfo[] roots = [.. others.Where(certificate => certificate.IsSelfIssued)];
        return new AuthorityMaterial(secret.Id.ToString(), key)
        {
            Chain = [own, .. others.Where(certificate => !certificate.IsSelfIssued)],
            Roots = own.IsSelfIssued ? [own, .. roots] : [.. roots],
        };
    }
}
