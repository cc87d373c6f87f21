using System.Text;
using MeshSecrets.Meshes;
using MeshSecrets.Meshes.Formats;
using MeshSecrets.Secrets;
using MeshSecrets.Tests.Peers;

namespace MeshSecrets.Tests.Meshes.Osm;

/// <summary>Roots as <c>osm install</c> makes them, and the secrets that hold them.</summary>
internal static class OsmBundles
{
    /// <summary>The root of v0.6 by its tresor package: RSA-2048, 87600 h, keyCertSign and cRLSign, and nothing else.</summary>
    private const string Config = """
        [req]
        distinguished_name = dn
        x509_extensions = ext
        prompt = no
        utf8 = yes
        [dn]
        C = US
        L = CA
        O = Open Service Mesh
        CN = Open Service Mesh Certification Authority
        [ext]
        keyUsage = critical,keyCertSign,cRLSign
        basicConstraints = critical,CA:true
        subjectKeyIdentifier = hash
        """;

    /// <summary>Makes <c>ca.crt</c> and <c>private.key</c> in a new folder, as OSM's own issuer has them.</summary>
    internal static PeerTool MakeRoot(string key = "rsa:2048", string config = Config)
    {
        PeerTool openssl = PeerTool.Demand("openssl");
        openssl.Write("osm.cnf", Encoding.UTF8.GetBytes(config));
        openssl.RunArguments(["req", "-x509", "-nodes", "-newkey", .. key.Split(' '), "-keyout", "private.key", "-out", "ca.crt", "-config", "osm.cnf", "-days", "3650"]);
        return openssl;
    }

    internal static Secret Secret(params ReadOnlySpan<(string Key, byte[] Value)> values) => Named("osm-ca-bundle", values);

    internal static Secret Named(string name, params ReadOnlySpan<(string Key, byte[] Value)> values)
    {
        SecretData data = new();
        foreach ((string key, byte[] value) in values)
        {
            data.Set(key, value);
        }

        return new Secret(new SecretMetadata { Id = new SecretId(name, mesh: null, "osm-system"), Type = SecretType.Opaque }, data);
    }

    internal static AuthorityMaterial? Read(string format, params ReadOnlySpan<Secret> secrets)
    {
        using MeshObjects objects = new([.. secrets], []);
        return MeshDialects.FindAuthorityFormat(format).TryRead(objects);
    }

    internal static AuthorityMaterial ReadRequired(string format, Secret secret) =>
        Read(format, secret) ?? throw new InvalidOperationException("No bundle was found.");

    internal static string Text(Secret secret, string key) => Encoding.UTF8.GetString(secret.GetData().GetValue(key).Span);
}
