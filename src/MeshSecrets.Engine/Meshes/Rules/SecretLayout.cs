using System.Collections.Immutable;
using MeshSecrets.Certificates.Reading;
using MeshSecrets.Secrets;

namespace MeshSecrets.Meshes.Rules;

/// <summary>Which data keys of a secret hold what, by the names that are there. Each system has names of its own for the same parts.</summary>
internal static class SecretLayout
{
    /// <summary>Names that tell a layout, and the roles of the keys in it; the first that fits counts.</summary>
    private static readonly (string[] Signs, (string Key, ValueRole Role)[] Roles)[] s_layouts =
    [
        // Kubernetes, and so Istio's second layout of cacerts (which wins over the first), its gateways, Gloo's relay.
        ([DataKey.Certificate], Tls),
        ([DataKey.PrivateKey], Tls),

        // Istio: cacerts in the first layout, istio-ca-secret.
        (["ca-cert.pem"], [("ca-cert.pem", ValueRole.Chain), ("cert-chain.pem", ValueRole.Chain), ("ca-key.pem", ValueRole.Key), ("root-cert.pem", ValueRole.Roots), ("ca-crl.pem", ValueRole.Crls)]),

        // OSM: osm-ca-bundle.
        ([DataKey.TrustBundle, "private.key"], [(DataKey.TrustBundle, ValueRole.Chain), ("private.key", ValueRole.Key)]),

        // Gloo Mesh: the root of a VirtualMesh.
        (["root-cert.pem", "key.pem"], [("root-cert.pem", ValueRole.Chain), ("key.pem", ValueRole.Key)]),

        // Istio's gateways in the older names.
        (["cert"], Generic),
        (["cacert"], Generic),
    ];

    private static (string Key, ValueRole Role)[] Tls =>
        [(DataKey.Certificate, ValueRole.Chain), (DataKey.PrivateKey, ValueRole.Key), (DataKey.TrustBundle, ValueRole.Roots), ("ca.crl", ValueRole.Crls)];

    private static (string Key, ValueRole Role)[] Generic =>
        [("cert", ValueRole.Chain), ("key", ValueRole.Key), ("cacert", ValueRole.Roots), ("crl", ValueRole.Crls)];

    /// <summary>The keys of a secret with their roles, in the order in which they are to be read.</summary>
    internal static ImmutableArray<(string Key, ValueRole Role)> Of(IReadOnlyList<string> keys) =>
        OfKnown(keys) is { IsDefault: false } known ? known : [.. keys.Select(key => (key, RoleOf(key)))];

    /// <summary>As above, of a layout that a system has; default if it is none.</summary>
    internal static ImmutableArray<(string Key, ValueRole Role)> OfKnown(IReadOnlyList<string> keys)
    {
        foreach ((string[] signs, (string Key, ValueRole Role)[] roles) in s_layouts)
        {
            if (signs.All(keys.Contains))
            {
                return [.. roles.Where(role => keys.Contains(role.Key))];
            }
        }

        return default;
    }

    /// <summary>
    /// The keys of a secret under which a mesh looks for PEM and would find DER. Under names of nobody's layout binary
    /// material may be meant so (a keystore); and keys alone in Kuma's secrets were DER in its early versions.
    /// </summary>
    internal static IEnumerable<string> FindBinary(Secret secret)
    {
        SecretData data = secret.GetData();
        return OfKnown(data.Keys) is { IsDefault: false } known
            ? known.Select(part => part.Key).Where(key => DerShape.Identify(data.GetValue(key).Span) is not null)
            : data.Keys.Where(key => RoleOf(key) is ValueRole.Any or ValueRole.Roots && DerShape.Identify(data.GetValue(key).Span) is MaterialKind.Certificate);
    }

    private static ValueRole RoleOf(string key) => key switch
    {
        DataKey.TrustBundle or "root-cert.pem" or "ca-bundle.crt" => ValueRole.Roots,
        DataKey.Value => ValueRole.Any,
        _ => ValueRole.AnyOrRoots,
    };
}
