using System.Collections.Immutable;
using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Keys;
using MeshSecrets.Meshes.Formats;
using MeshSecrets.Secrets;

namespace MeshSecrets.Meshes.Kubernetes;

/// <summary>
/// An authority as a TLS key of Kubernetes, as cert-manager's CA issuer and many others take it: the chain without the
/// root in <c>tls.crt</c>, the root in <c>ca.crt</c> (https://cert-manager.io/docs/configuration/ca/).
/// </summary>
internal sealed class KubernetesTlsFormat : AuthorityFormat
{
    /// <summary>The name and namespace of cert-manager's own guide.</summary>
    private const string UsualName = "ca-key-pair";
    private const string UsualNamespace = "cert-manager";

    public override string Name => "KubernetesTls";

    public override string Description => "a secret of type kubernetes.io/tls (tls.crt, tls.key, ca.crt), as cert-manager's CA issuer takes it";

    public override bool HoldsPrivateKey => true;

    public override AuthorityMaterial? TryRead(MeshObjects objects)
    {
        Secret[] found = [.. objects.Secrets.Where(IsAuthority)];
        return found switch
        {
            [] => null,
            [Secret secret] => Read(secret),
            _ => throw FormatErrors.Ambiguous("What was given", found.Select(secret => secret.Id.ToString())),
        };
    }

    public override MeshObjects Write(AuthorityMaterial authority, FormatTarget target, DateTimeOffset time)
    {
        AuthorityData.EnsureNoCrls(authority, Name);
        if (authority.Chain.IsEmpty || authority.Roots.IsEmpty)
        {
            throw FormatErrors.Incomplete(Name, authority.Source, authority.Chain.IsEmpty ? "there is no certificate of the authority" : "there is no root certificate");
        }

        SecretData data = new();
        try
        {
            AuthorityData.SetKey(data, DataKey.PrivateKey, authority, target, Name);
            data.Set(DataKey.Certificate, AuthorityData.Pem(authority.Chain));
            data.Set(DataKey.TrustBundle, AuthorityData.Pem(authority.Roots));
            SecretMetadata metadata = new()
            {
                Id = new SecretId(target.Name ?? UsualName, mesh: null, target.Namespace ?? UsualNamespace),
                Type = SecretType.Tls,
                Labels = target.Labels,
            };
            return new MeshObjects([new Secret(TlsKeySecret.Describe(metadata, data), data)], []);
        }
        catch
        {
            data.Dispose();
            throw;
        }
    }

    private static bool IsAuthority(Secret secret) =>
        secret.Metadata.Type is SecretType.Tls or SecretType.Opaque
        && secret.GetData().TryGetValue(DataKey.PrivateKey, out _)
        && AuthorityData.ReadCertificates(secret, DataKey.Certificate) is [{ IsCa: true }, ..];

    private AuthorityMaterial Read(Secret secret)
    {
        AuthorityData.EnsureOnly(secret, Name, DataKey.Certificate, DataKey.PrivateKey, DataKey.TrustBundle);
        ImmutableArray<CertificateInfo> own = AuthorityData.ReadCertificates(secret, DataKey.Certificate);

        // Some put the root at the end of the chain, and a root alone often comes without ca.crt.
        ImmutableArray<CertificateInfo> roots = AuthorityData.ReadCertificates(secret, DataKey.TrustBundle);
        roots = roots.IsEmpty ? [.. own.Where(certificate => certificate.IsSelfIssued)] : roots;
        if (roots.IsEmpty)
        {
            throw FormatErrors.Incomplete(Name, secret.Id.ToString(), $"its root is neither in {DataKey.TrustBundle} nor at the end of {DataKey.Certificate}");
        }

        ImmutableArray<CertificateInfo> chain = [own[0], .. own.Skip(1).Where(certificate => !certificate.IsSelfIssued)];
        PrivateKey? key = AuthorityData.ReadKey(secret, DataKey.PrivateKey, own[0]);
        return new AuthorityMaterial(secret.Id.ToString(), key) { Chain = chain, Roots = roots };
    }
}
