using System.Buffers;
using System.Text;
using MeshSecrets.Issuers.Embedded;
using MeshSecrets.Meshes;
using MeshSecrets.Meshes.Formats;
using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Tests.Issuers;

namespace MeshSecrets.Tests.Meshes.Kuma;

/// <summary>A root and an intermediate of it, and what Kuma would be given of them.</summary>
internal sealed class KumaFixture : IDisposable
{
    private readonly AuthorityFixture _authorities = new();

    internal KumaFixture()
    {
        Root = _authorities.Root(subject: "O=Kuma, CN=Root", validFor: TimeSpan.FromDays(3650));
        Mesh = _authorities.Below(Root, pathLength: 0, validFor: TimeSpan.FromDays(365), subject: "O=Kuma, CN=default");
        NextRoot = _authorities.Root(subject: "O=Kuma, CN=Next root", validFor: TimeSpan.FromDays(3650));
    }

    internal DateTimeOffset Now => _authorities.Clock.GetUtcNow();

    internal CertificateAuthority Root { get; }

    internal CertificateAuthority Mesh { get; }

    internal CertificateAuthority NextRoot { get; }

    internal AuthorityMaterial Intermediate(params CertificateAuthority[] furtherRoots) => Own(new AuthorityMaterial("mesh/default/shop-ca", Mesh.Key.Clone())
    {
        Chain = [Mesh.Certificate],
        Roots = [Root.Certificate, .. furtherRoots.Select(root => root.Certificate)],
    });

    internal AuthorityMaterial RootAlone() => Own(new AuthorityMaterial("global/root", Root.Key.Clone())
    {
        Chain = [Root.Certificate],
        Roots = [Root.Certificate],
    });

    internal T Own<T>(T owned)
        where T : IDisposable => _authorities.Own(owned);

    internal MeshObjects Write(string format, AuthorityMaterial authority, FormatTarget target) =>
        Own(MeshDialects.FindAuthorityFormat(format).Write(authority, target with { IncludePrivateKey = true }, Now));

    internal MeshObjects Read(string yaml) => Own(ObjectReader.Read(ManifestReader.Read(yaml, "kuma.yaml")));

    internal AuthorityMaterial? TryRead(string format, MeshObjects objects) =>
        MeshDialects.FindAuthorityFormat(format).TryRead(objects) is { } authority ? Own(authority) : null;

    /// <summary>The secrets in their usual form, then all else.</summary>
    internal static string Yaml(MeshObjects objects)
    {
        ArrayBufferWriter<byte> yaml = new();
        foreach (Manifest manifest in objects.Secrets.Select(secret => MeshDialects.UsualForm(secret.Metadata).Write(secret, FormatTarget.Default)).Concat(objects.Manifests))
        {
            ManifestWriter.WriteYaml(manifest, yaml);
        }

        return Encoding.UTF8.GetString(yaml.WrittenSpan);
    }

    public void Dispose() => _authorities.Dispose();
}
