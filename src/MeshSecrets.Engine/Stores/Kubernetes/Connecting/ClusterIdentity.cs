using System.Net.Http.Headers;

namespace MeshSecrets.Stores.Kubernetes.Connecting;

/// <summary>What one is known by at a cluster at some time: an Authorization header, a client certificate, both or neither.</summary>
/// <remarks>No record: one would print the token. Two are the same only if they are one object.</remarks>
internal sealed class ClusterIdentity(AuthenticationHeaderValue? authorization, ClientCertificate? certificate)
{
    internal static ClusterIdentity Anonymous { get; } = new(null, null);

    internal AuthenticationHeaderValue? Authorization { get; } = authorization;

    internal ClientCertificate? Certificate { get; } = certificate;

    internal bool SameAs(ClusterIdentity other) =>
        Equals(Authorization, other.Authorization) && Certificate?.Thumbprint == other.Certificate?.Thumbprint;

    public override string ToString() => (Authorization?.Scheme, Certificate) switch
    {
        (null, null) => "anonymous",
        (null, { } own) => own.ToString(),
        ({ } scheme, null) => scheme,
        ({ } scheme, { } own) => $"{scheme}, {own}",
    };
}
