using System.Collections.Immutable;
using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Keys;
using MeshSecrets.Certificates.Writing;
using MeshSecrets.Meshes.Formats;
using MeshSecrets.Secrets;

namespace MeshSecrets.Meshes.Istio;

/// <summary>
/// The root that istiod made itself, or would have: <c>istio-ca-secret</c>; with <c>USE_CACERTS_FOR_SELF_SIGNED_CA</c>
/// <c>cacerts</c>, marked by an empty <c>istio-generated</c>. It has the data keys of both an authority and a workload,
/// the latter empty (security/pkg/pki/ca/ca.go BuildSecret).
/// </summary>
internal sealed class IstioCaSecretFormat : AuthorityFormat
{
    public override string Name => "IstioCaSecret";

    public override string Description => "the secret istio-ca-secret with istiod's own root";

    public override bool HoldsPrivateKey => true;

    public override AuthorityMaterial? TryRead(MeshObjects objects)
    {
        Secret? secret = IstioAuthority.FindSecret(objects, Recognizes);
        if (secret is null)
        {
            return null;
        }

        AuthorityData.EnsureOnly(secret, Name, IstioNames.CaCert, IstioNames.CaKey, IstioNames.RootCert, IstioNames.CertChain, IstioNames.WorkloadKey, IstioNames.Generated);
        IstioAuthority.EnsureComplete(secret, Name, IstioNames.CaCert, IstioNames.CaKey);
        foreach (string key in (ReadOnlySpan<string>)[IstioNames.CertChain, IstioNames.WorkloadKey, IstioNames.Generated])
        {
            if (!IstioAuthority.IsBlank(secret, key))
            {
                throw FormatErrors.CannotCarry(Name, secret.Id, $"the value of '{key}', which istiod leaves empty", "Remove it, or import the secret as it is with Import-MeshSecret.");
            }
        }

        ImmutableArray<CertificateInfo> own = AuthorityData.ReadCertificates(secret, IstioNames.CaCert);

        // istiod trusts what it signs with; root-cert.pem is a copy, and empty in the secrets of older versions.
        ImmutableArray<CertificateInfo> roots = IstioAuthority.IsBlank(secret, IstioNames.RootCert) ? [own[0]] : AuthorityData.ReadCertificates(secret, IstioNames.RootCert);
        AuthorityMaterial authority = IstioAuthority.Create(secret, AuthorityData.ReadKey(secret, IstioNames.CaKey, own[0]), own, roots, []);
        try
        {
            EnsureSelfSigned(authority);
            return authority;
        }
        catch
        {
            authority.Dispose();
            throw;
        }
    }

    public override MeshObjects Write(AuthorityMaterial authority, FormatTarget target, DateTimeOffset time)
    {
        IstioAuthority.EnsureChainAndRoots(authority, Name);
        AuthorityData.EnsureNoCrls(authority, Name);
        EnsureSelfSigned(authority);
        SecretData data = new();
        try
        {
            AuthorityData.SetKey(data, IstioNames.CaKey, authority, target, Name, PrivateKeyFormat.Traditional);
            data.Set(IstioNames.CaCert, AuthorityData.Pem(authority.Chain[0]));
            data.Set(IstioNames.RootCert, AuthorityData.Pem(authority.Chain[0]));
            data.Set(IstioNames.CertChain, []);
            data.Set(IstioNames.WorkloadKey, []);
            if (target.Name == IstioNames.Cacerts)
            {
                data.Set(IstioNames.Generated, []);
            }

            return IstioAuthority.ToObjects(data, target, IstioNames.CaSecret, IstioNames.CaSecretType);
        }
        catch
        {
            data.Dispose();
            throw;
        }
    }

    /// <summary>By its type, by the mark of a generated one, or by its name.</summary>
    internal static bool Recognizes(Secret secret) =>
        secret.Metadata.Type == IstioNames.CaSecretType
        || secret.Id.Name == IstioNames.CaSecret
        || secret.GetData().Keys.Contains(IstioNames.Generated);

    private void EnsureSelfSigned(AuthorityMaterial authority)
    {
        if (authority.Chain.Length > 1 || !authority.Chain[0].IsSelfIssued)
        {
            throw FormatErrors.CannotCarry(Name, authority.Source, "the chain above the authority, which is no root", "Choose IstioCacerts for an intermediate authority.");
        }

        if (authority.Roots.Length != 1 || authority.Roots[0].Thumbprint != authority.Chain[0].Thumbprint)
        {
            throw FormatErrors.CannotCarry(Name, authority.Source, "roots other than the authority itself", "Choose IstioCacerts to trust several roots.");
        }
    }
}
