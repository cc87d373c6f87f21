using System.Collections.Immutable;
using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Keys;
using MeshSecrets.Meshes.Formats;
using MeshSecrets.Secrets;

namespace MeshSecrets.Meshes.Istio;

/// <summary>
/// The authority that is plugged into istiod, as a TLS key of Kubernetes: <c>tls.crt</c>, <c>tls.key</c> and <c>ca.crt</c>,
/// as cert-manager writes it. istiod makes its chain of <c>tls.crt</c> and <c>ca.crt</c>, and reads no revocation list.
/// </summary>
internal sealed class IstioCacertsTlsFormat : AuthorityFormat
{
    public override string Name => "IstioCacertsTls";

    public override string Description => "the secret cacerts of istiod as a TLS key (tls.crt, tls.key, ca.crt)";

    public override bool HoldsPrivateKey => true;

    /// <summary>A server's TLS key with its root has the same data keys.</summary>
    public override bool IsGeneral => true;

    public override AuthorityMaterial? TryRead(MeshObjects objects)
    {
        Secret? secret = IstioAuthority.FindSecret(objects, Recognizes);
        if (secret is null)
        {
            return null;
        }

        AuthorityData.EnsureOnly(secret, Name, DataKey.Certificate, DataKey.PrivateKey, DataKey.TrustBundle);
        IstioAuthority.EnsureComplete(secret, Name, DataKey.Certificate, DataKey.PrivateKey, DataKey.TrustBundle);
        ImmutableArray<CertificateInfo> chain = AuthorityData.ReadCertificates(secret, DataKey.Certificate);
        ImmutableArray<CertificateInfo> roots = AuthorityData.ReadCertificates(secret, DataKey.TrustBundle);
        PrivateKey? key = AuthorityData.ReadKey(secret, DataKey.PrivateKey, chain[0]);
        return IstioAuthority.Create(secret, key, chain, roots, []);
    }

    public override MeshObjects Write(AuthorityMaterial authority, FormatTarget target, DateTimeOffset time)
    {
        IstioAuthority.EnsureChainAndRoots(authority, Name);
        AuthorityData.EnsureNoCrls(authority, Name);
        SecretData data = new();
        try
        {
            AuthorityData.SetKey(data, DataKey.PrivateKey, authority, target, Name);
            data.Set(DataKey.Certificate, AuthorityData.Pem(authority.Chain));
            data.Set(DataKey.TrustBundle, AuthorityData.Pem(authority.Roots));
            return IstioAuthority.ToObjects(data, target, IstioNames.Cacerts, SecretType.Tls);
        }
        catch
        {
            data.Dispose();
            throw;
        }
    }

    /// <summary>The keys are those of any TLS key: its name makes it istiod's, or that a folder of files has no name but the folder's.</summary>
    private static bool Recognizes(Secret secret)
    {
        IReadOnlyList<string> keys = secret.GetData().Keys;
        return keys.Contains(DataKey.Certificate)
            && (secret.Id.Name == IstioNames.Cacerts || (secret.Id.IsGlobal && keys.SequenceEqual([DataKey.TrustBundle, DataKey.Certificate, DataKey.PrivateKey])));
    }
}
