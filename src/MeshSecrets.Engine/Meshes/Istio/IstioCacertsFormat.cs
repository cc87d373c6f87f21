using System.Collections.Immutable;
using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Keys;
using MeshSecrets.Certificates.Reading;
using MeshSecrets.Certificates.Writing;
using MeshSecrets.Meshes.Formats;
using MeshSecrets.Secrets;

namespace MeshSecrets.Meshes.Istio;

/// <summary>The authority that is plugged into istiod: the secret <c>cacerts</c> in Istio's own layout.</summary>
/// <remarks>
/// The root stays out of <c>cert-chain.pem</c>, though Istio's sample tool puts it there: istiod sends the chain and then
/// the roots, so that workloads would present the root twice
/// (https://github.com/istio/istio/issues/39001, https://github.com/istio/istio/issues/43654). It is read either way.
/// </remarks>
internal sealed class IstioCacertsFormat : AuthorityFormat
{
    public override string Name => "IstioCacerts";

    public override string Description => "the secret cacerts of istiod (ca-cert.pem, ca-key.pem, root-cert.pem, cert-chain.pem)";

    public override bool HoldsPrivateKey => true;

    public override AuthorityMaterial? TryRead(MeshObjects objects)
    {
        Secret? secret = IstioAuthority.FindSecret(objects, Recognizes);
        if (secret is null)
        {
            return null;
        }

        AuthorityData.EnsureOnly(secret, Name, IstioNames.CaCert, IstioNames.CaKey, IstioNames.RootCert, IstioNames.CertChain, IstioNames.CaCrl);
        IstioAuthority.EnsureComplete(secret, Name, IstioNames.CaCert, IstioNames.CaKey, IstioNames.RootCert, IstioNames.CertChain);
        ImmutableArray<CertificateInfo> own = AuthorityData.ReadCertificates(secret, IstioNames.CaCert);
        ImmutableArray<CertificateInfo> roots = AuthorityData.ReadCertificates(secret, IstioNames.RootCert);

        // Of an authority that is the root, the chain may be empty: istiod takes it so.
        ImmutableArray<CertificateInfo> above = IstioAuthority.IsBlank(secret, IstioNames.CertChain) ? [] : AuthorityData.ReadCertificates(secret, IstioNames.CertChain);
        ImmutableArray<ReadOnlyMemory<byte>> crls = AuthorityData.ReadCrls(secret, IstioNames.CaCrl);
        PrivateKey? key = AuthorityData.ReadKey(secret, IstioNames.CaKey, own[0]);
        return IstioAuthority.Create(secret, key, own.AddRange(above), roots, crls);
    }

    public override MeshObjects Write(AuthorityMaterial authority, FormatTarget target, DateTimeOffset time)
    {
        IstioAuthority.EnsureChainAndRoots(authority, Name);
        SecretData data = new();
        try
        {
            AuthorityData.SetKey(data, IstioNames.CaKey, authority, target, Name);
            data.Set(IstioNames.CaCert, AuthorityData.Pem(authority.Chain[0]));
            data.Set(IstioNames.CertChain, AuthorityData.Pem(authority.Chain));
            data.Set(IstioNames.RootCert, AuthorityData.Pem(authority.Roots));
            if (!authority.Crls.IsEmpty)
            {
                data.Set(IstioNames.CaCrl, [.. authority.Crls.SelectMany(crl => PemWriter.Encode(MaterialKind.Crl, crl.Span))]);
            }

            return IstioAuthority.ToObjects(data, target, IstioNames.Cacerts, SecretType.Opaque);
        }
        catch
        {
            data.Dispose();
            throw;
        }
    }

    /// <summary>With <c>tls.crt</c>, istiod takes the secret for the other layout, whatever else is in it (pilot/pkg/bootstrap/istio_ca.go).</summary>
    private static bool Recognizes(Secret secret)
    {
        IReadOnlyList<string> keys = secret.GetData().Keys;
        return !IstioCaSecretFormat.Recognizes(secret)
            && !keys.Contains(DataKey.Certificate)
            && (keys.Contains(IstioNames.CaCert) || (secret.Id.Name == IstioNames.Cacerts && keys.Contains(IstioNames.CaKey)));
    }
}
