using MeshSecrets.Meshes.Formats;
using MeshSecrets.Secrets;

namespace MeshSecrets.Meshes.Gloo.Relay;

/// <summary>
/// The authority by which the management plane issues the agents' certificates: <c>relay-tls-signing-secret</c>. Its own
/// certificate is in <c>tls.crt</c>; <c>ca.crt</c> is the root above it, which a published backup takes for it.
/// </summary>
internal sealed class RelaySigningFormat : AuthorityFormat
{
    public override string Name => "GlooRelaySigning";

    public override string Description => "the secret relay-tls-signing-secret with the authority that issues Gloo Mesh's agents their certificates";

    public override bool HoldsPrivateKey => true;

    public override AuthorityMaterial? TryRead(MeshObjects objects)
    {
        Secret? secret = RelayAuthority.FindSecret(objects, RelaySecretName.Signing);
        if (secret is null)
        {
            return null;
        }

        AuthorityData.EnsureOnly(secret, Name, DataKey.Certificate, DataKey.PrivateKey, DataKey.TrustBundle);
        return secret.GetData().TryGetValue(DataKey.PrivateKey, out _)
            ? RelayAuthority.Read(secret, Name, DataKey.Certificate)
            : throw FormatErrors.Incomplete(Name, secret.Id.ToString(), $"it has no {DataKey.PrivateKey}");
    }

    public override MeshObjects Write(AuthorityMaterial authority, FormatTarget target, DateTimeOffset time)
    {
        AuthorityData.EnsureNoCrls(authority, Name);
        if (authority.Chain.IsEmpty || authority.Roots.IsEmpty)
        {
            throw FormatErrors.Incomplete(Name, authority.Source, "there is no certificate of the authority, or none of its root");
        }

        SecretData data = new();
        try
        {
            AuthorityData.SetKey(data, DataKey.PrivateKey, authority, target, Name);
            data.Set(DataKey.Certificate, AuthorityData.Pem(authority.Chain));
            data.Set(DataKey.TrustBundle, AuthorityData.Pem(authority.Roots));
            SecretId id = new(target.Name ?? RelaySecretName.Signing, mesh: null, target.Namespace ?? RelaySecretName.Namespace);
            SecretMetadata metadata = new() { Id = id, Type = SecretType.Tls, Labels = target.Labels };
            return new MeshObjects([new Secret(TlsKeySecret.Describe(metadata, data), data)], []);
        }
        catch
        {
            data.Dispose();
            throw;
        }
    }
}
