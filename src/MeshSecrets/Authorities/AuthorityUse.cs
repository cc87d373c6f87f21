using System.Runtime.CompilerServices;
using MeshSecrets.Issuers;
using MeshSecrets.Issuers.Embedded;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;

namespace MeshSecrets.Commands;

/// <summary>Who in a store names an authority as its issuer, and can be renewed by it alone.</summary>
internal static class AuthorityUse
{
    internal static async IAsyncEnumerable<SecretId> FindAsync(ISecretStore store, SecretId authority, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string reference = new IssuerReference(CertificateAuthority.Kind, authority.ToString()).ToString();
        SecretQuery query = new() { Types = [SecretType.Tls, SecretType.CertificateAuthority] };
        await foreach (SecretMetadata user in store.ListAsync(query, cancellationToken).ConfigureAwait(false))
        {
            if (user.Annotations.GetValueOrDefault(IssuanceRecord.IssuerAnnotation) == reference)
            {
                yield return user.Id;
            }
        }
    }

    /// <exception cref="MeshException"><c>CaInUse</c>.</exception>
    internal static void EnsureNone(SecretId authority, IEnumerable<SecretId> users)
    {
        List<SecretId> found = [.. users];
        if (found.Count > 0)
        {
            throw AuthorityErrors.InUse(authority, found);
        }
    }
}
