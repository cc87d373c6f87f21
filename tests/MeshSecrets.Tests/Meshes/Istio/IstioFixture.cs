using System.Buffers;
using System.Text;
using MeshSecrets.Certificates.Reading;
using MeshSecrets.Certificates.Writing;
using MeshSecrets.Issuers.Embedded;
using MeshSecrets.Meshes;
using MeshSecrets.Meshes.Formats;
using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Secrets;
using MeshSecrets.Tests.Issuers;

namespace MeshSecrets.Tests.Meshes.Istio;

/// <summary>A root, an intermediate of it for a cluster, and what istiod would be given of them.</summary>
internal sealed class IstioFixture : IDisposable
{
    internal static readonly FormatTarget WithKey = new() { IncludePrivateKey = true };

    private readonly AuthorityFixture _authorities = new();

    internal IstioFixture()
    {
        Root = _authorities.Root(subject: "O=Istio, CN=Root CA", validFor: TimeSpan.FromDays(3650));
        Cluster = _authorities.Below(Root, pathLength: 0, validFor: TimeSpan.FromDays(365), subject: "O=Istio, CN=Intermediate CA, L=cluster1");
        NextRoot = _authorities.Root(subject: "O=Istio, CN=Next Root CA", validFor: TimeSpan.FromDays(3650));
    }

    internal DateTimeOffset Now => _authorities.Clock.GetUtcNow();

    internal CertificateAuthority Root { get; }

    internal CertificateAuthority Cluster { get; }

    internal CertificateAuthority NextRoot { get; }

    internal AuthorityMaterial ClusterMaterial(params CertificateAuthority[] furtherRoots) => _authorities.Own(new AuthorityMaterial("cluster1", Cluster.Key.Clone())
    {
        Chain = [Cluster.Certificate],
        Roots = [Root.Certificate, .. furtherRoots.Select(root => root.Certificate)],
    });

    internal AuthorityMaterial RootMaterial() => _authorities.Own(new AuthorityMaterial("root", Root.Key.Clone())
    {
        Chain = [Root.Certificate],
        Roots = [Root.Certificate],
    });

    internal T Own<T>(T owned)
        where T : IDisposable => _authorities.Own(owned);

    internal static AuthorityFormat Format(string name) => MeshDialects.FindAuthorityFormat(name);

    /// <summary>Writes an authority as YAML, reads the YAML, and reads the authority in it.</summary>
    internal AuthorityMaterial RoundTrip(string format, AuthorityMaterial authority)
    {
        using MeshObjects written = Format(format).Write(authority, WithKey, Now);
        return Own(Format(format).TryRead(ReadYaml(Yaml(written)))!);
    }

    internal static string Yaml(MeshObjects objects)
    {
        ArrayBufferWriter<byte> yaml = new();
        foreach (Manifest manifest in objects.Secrets.Select(secret => MeshDialects.FindSecretForm("Kubernetes").Write(secret, FormatTarget.Default)).Concat(objects.Manifests))
        {
            yaml.Write("---\n"u8);
            ManifestWriter.WriteYaml(manifest, yaml);
        }

        return Encoding.UTF8.GetString(yaml.WrittenSpan);
    }

    internal MeshObjects ReadYaml(string yaml)
    {
        List<Manifest> manifests = [.. ManifestReader.Read(yaml, "istio.yaml")];
        IEnumerable<Secret> secrets = manifests
            .Where(manifest => manifest.Kind == "Secret")
            .Select(manifest => MeshDialects.RecognizeSecret(manifest)!.Read(manifest));
        return Own(new MeshObjects([.. secrets], [.. manifests.Where(manifest => manifest.Kind != "Secret")]));
    }

    /// <summary>A secret of texts.</summary>
    internal Secret Secret(string name, string type, params (string Key, string Value)[] values)
    {
        SecretData data = new();
        foreach ((string key, string value) in values)
        {
            data.Set(key, Encoding.UTF8.GetBytes(value));
        }

        return Own(new Secret(new SecretMetadata { Id = new SecretId(name, mesh: null, "istio-system"), Type = type }, data));
    }

    internal static string Pem(params CertificateAuthority[] authorities) =>
        Encoding.ASCII.GetString(PemWriter.EncodeCertificates([.. authorities.Select(authority => authority.Certificate.Encoded)]));

    internal static string KeyPem(CertificateAuthority authority, PrivateKeyFormat format = PrivateKeyFormat.Pkcs8) =>
        Encoding.ASCII.GetString(PemWriter.EncodePrivateKey(authority.Key, format));

    internal static string Text(Secret secret, string key) => Encoding.ASCII.GetString(secret.GetData().GetValue(key).Span);

    internal static IEnumerable<string> Labels(Secret secret, string key)
    {
        using MaterialSet found = MaterialReader.Read(secret.GetData().GetValue(key), key);
        return [.. found.Select(item => item.Kind.ToString())];
    }

    public void Dispose() => _authorities.Dispose();
}
