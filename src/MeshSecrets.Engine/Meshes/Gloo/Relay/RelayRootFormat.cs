using System.Collections.Immutable;
using MeshSecrets.Certificates;
using MeshSecrets.Meshes.Formats;
using MeshSecrets.Secrets;

namespace MeshSecrets.Meshes.Gloo.Relay;

/// <summary>
/// The root of the relay: <c>relay-root-tls-secret</c>. As the management plane makes it, with its key; on clusters with
/// an agent only <c>ca.crt</c>, which is how it is written without the key.
/// </summary>
internal sealed class RelayRootFormat : AuthorityFormat
{
    public override string Name => "GlooRelayRoot";

    public override string Description => "the secret relay-root-tls-secret with the root of Gloo Mesh's relay";

    public override bool HoldsPrivateKey => true;

    public override AuthorityMaterial? TryRead(MeshObjects objects)
    {
        Secret? secret = RelayAuthority.FindSecret(objects, RelaySecretName.Root);
        if (secret is null)
        {
            return null;
        }

        AuthorityData.EnsureOnly(secret, Name, DataKey.Certificate, DataKey.PrivateKey, DataKey.TrustBundle);
        if (secret.GetData().TryGetValue(DataKey.PrivateKey, out _))
        {
            return RelayAuthority.Read(secret, Name, DataKey.Certificate, DataKey.TrustBundle);
        }

        ImmutableArray<CertificateInfo> roots = AuthorityData.ReadCertificates(secret, DataKey.TrustBundle);
        return roots.IsEmpty
            ? throw FormatErrors.Incomplete(Name, secret.Id.ToString(), $"it has neither {DataKey.PrivateKey} nor {DataKey.TrustBundle}")
            : new AuthorityMaterial(secret.Id.ToString(), key: null) { Roots = roots };
    }

    public override MeshObjects Write(AuthorityMaterial authority, FormatTarget target, DateTimeOffset time)
    {
        AuthorityData.EnsureNoCrls(authority, Name);
        if (authority.Roots.IsEmpty)
        {
            throw FormatErrors.Incomplete(Name, authority.Source, "there is no root certificate");
        }

        SecretId id = new(target.Name ?? RelaySecretName.Root, mesh: null, target.Namespace ?? RelaySecretName.Namespace);
        SecretData data = new();
        try
        {
            data.Set(DataKey.TrustBundle, AuthorityData.Pem(authority.Roots));
            if (target.IncludePrivateKey)
            {
                AuthorityData.SetKey(data, DataKey.PrivateKey, authority, target, Name);
                data.Set(DataKey.Certificate, AuthorityData.Pem(authority.Chain));
            }

            SecretMetadata metadata = new() { Id = id, Type = target.IncludePrivateKey ? SecretType.Tls : SecretType.Opaque, Labels = target.Labels };
            return new MeshObjects([new Secret(TlsKeySecret.Describe(metadata, data), data)], []);
        }
        catch
        {
            data.Dispose();
            throw;
        }
    }
}
