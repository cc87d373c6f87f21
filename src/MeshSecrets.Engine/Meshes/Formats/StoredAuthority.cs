using System.Collections.Immutable;
using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Reading;
using MeshSecrets.Certificates.Writing;
using MeshSecrets.Secrets;

namespace MeshSecrets.Meshes.Formats;

/// <summary>
/// An authority as a store keeps it, with what meshes keep beside certificate, key and chain: further roots, which are
/// trusted while a root is being changed, and revocation lists. They have data keys of their own.
/// </summary>
public static class StoredAuthority
{
    private const string TrustedRoots = "trusted-roots.crt";
    private const string Crls = "ca.crl";

    /// <summary>Reads an authority out of its secret.</summary>
    /// <param name="secret">The secret; it stays the caller's.</param>
    /// <returns>The authority, to be disposed by the caller.</returns>
    /// <exception cref="MeshException">What the secret holds is broken.</exception>
    public static AuthorityMaterial Read(Secret secret)
    {
        CertificateInfo certificate = TlsKeySecret.ReadChain(secret)[0];
        ImmutableArray<CertificateInfo> above = TlsKeySecret.ReadRoots(secret);
        bool isRoot = above.IsEmpty;
        ImmutableArray<CertificateInfo> trusted = ReadTrustedRoots(secret);
        return new AuthorityMaterial(secret.Id.ToString(), TlsKeySecret.ReadKey(secret))
        {
            Chain = isRoot ? [certificate] : [certificate, .. above[..^1]],
            Roots = trusted.IsEmpty ? [isRoot ? certificate : above[^1]] : trusted,
            Crls = AuthorityData.ReadCrls(secret, Crls),
        };
    }

    /// <summary>The roots that the mesh trusts while its root is being changed, the authority's own among them, in the mesh's order.</summary>
    /// <param name="secret">The authority's secret.</param>
    /// <returns>The roots; none if only its own is trusted, as is usual.</returns>
    /// <exception cref="MeshException">What the secret holds is broken.</exception>
    public static ImmutableArray<CertificateInfo> ReadTrustedRoots(Secret secret) => AuthorityData.ReadCertificates(secret, TrustedRoots);

    /// <summary>Puts what a mesh kept beside an authority into its secret.</summary>
    /// <param name="data">The secret's values, with certificate, key and chain.</param>
    /// <param name="authority">Where it comes from.</param>
    /// <param name="root">The authority's own root.</param>
    /// <exception cref="MeshException"><c>AuthorityRootNotTrusted</c>: roots are named, and the authority's own is none of them.</exception>
    public static void AddTo(SecretData data, AuthorityMaterial authority, CertificateInfo root)
    {
        if (!authority.Roots.IsEmpty && authority.Roots.All(candidate => candidate.Thumbprint != root.Thumbprint))
        {
            throw FormatErrors.RootNotTrusted(authority.Source, root.ToString(), authority.Roots[0].ToString());
        }

        if (authority.Roots.Length > 1)
        {
            data.Set(TrustedRoots, AuthorityData.Pem(authority.Roots)); // In their order: Istio knows its bundle by its bytes.
        }

        if (!authority.Crls.IsEmpty)
        {
            data.Set(Crls, [.. authority.Crls.SelectMany(crl => PemWriter.Encode(MaterialKind.Crl, crl.Span))]);
        }
    }

    /// <summary>An authority that can issue: certificate, key and chain.</summary>
    /// <param name="authority">The authority; it stays the caller's.</param>
    /// <returns>The material with a copy of the key, to be disposed by the caller.</returns>
    /// <exception cref="MeshException"><c>FormatIncomplete</c>: it has no certificate or no key of its own.</exception>
    public static TlsKeyMaterial ToMaterial(AuthorityMaterial authority) =>
        authority.Chain.IsEmpty || authority.GetKey() is not { } key
            ? throw FormatErrors.Incomplete(
                "authority that issues",
                authority.Source,
                $"there {(authority.Chain.IsEmpty ? "are only trusted roots in it" : "is no private key in it")}. For roots that are only trusted give the file to Export-MeshCaBundle -CertificatePath")
            : TlsKeyMaterial.Of(authority.Chain, key.Clone(), authority.Roots);
}
