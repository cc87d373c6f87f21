using System.Collections.Immutable;
using MeshSecrets.Certificates.Writing;
using MeshSecrets.Meshes.Formats;
using MeshSecrets.Meshes.Kuma.Mtls;
using MeshSecrets.Secrets;

namespace MeshSecrets.Meshes.Kuma.Authorities;

/// <summary>
/// The authority of a backend of the type <c>provided</c>: one secret with certificates, one with the key. All
/// certificates of the first are trusted, so the chain up to the root stands in it, and further roots may.
/// </summary>
/// <remarks>Which two belong together says a Mesh resource beside them; without one, their names: <c>x-cert</c> and <c>x-key</c>.</remarks>
internal sealed class KumaProvidedFormat : AuthorityFormat
{
    private const string CertificateEnding = "cert";
    private const string KeyEnding = "key";

    public override string Name => "KumaProvided";

    public override string Description => "the two secrets of a provided backend of Kuma or Kong Mesh: <name>-cert and <name>-key";

    public override bool HoldsPrivateKey => true;

    /// <summary>The pairs by their names: among all the secrets of a namespace several backends have theirs.</summary>
    public override IEnumerable<MeshObjects> Split(MeshObjects objects) =>
        FindNames(objects).Select(pair => new MeshObjects([pair.Certificate, pair.Key], []));

    public override AuthorityMaterial? TryRead(MeshObjects objects)
    {
        ImmutableArray<Pair> pairs = [.. FindReferences(objects)];
        if (pairs.IsEmpty)
        {
            pairs = [.. FindNames(objects)];
        }

        return KumaAuthority.Single(pairs, pair => pair.Certificate.Id.ToString()) is { } found
            ? KumaAuthority.Read(found.Certificate, found.Key, Name)
            : null;
    }

    public override MeshObjects Write(AuthorityMaterial authority, FormatTarget target, DateTimeOffset time)
    {
        KumaAuthority.EnsureChain(authority, Name);
        AuthorityData.EnsureNoCrls(authority, Name);
        string name = KumaAuthority.NameOf(authority, target);
        return KumaAuthority.ToObjects(
            authority,
            target,
            Name,
            ($"{name}-{CertificateEnding}", $"{name}-{KeyEnding}"),
            authority.Chain.Concat(authority.Roots).DistinctBy(certificate => certificate.Thumbprint),
            PrivateKeyFormat.Pkcs8);
    }

    private IEnumerable<Pair> FindReferences(MeshObjects objects)
    {
        foreach (MtlsSettings mesh in objects.Manifests.Where(MtlsSettings.IsMesh).Select(manifest => new MtlsSettings(manifest)))
        {
            foreach (MtlsBackend backend in mesh.Backends.Where(backend => backend.Type == MtlsBackend.Provided))
            {
                if (backend.SecretAt("cert") is { } certificate && backend.SecretAt("key") is { } key)
                {
                    yield return new Pair(Find(objects, mesh.Name, certificate), Find(objects, mesh.Name, key));
                }
            }
        }
    }

    private Secret Find(MeshObjects objects, string mesh, string name) =>
        objects.Secrets.FirstOrDefault(secret => KumaAuthority.IsCandidate(secret) && secret.Id.Name == name && (secret.Id.Mesh ?? mesh) == mesh)
        ?? throw FormatErrors.Incomplete(Name, $"Mesh {mesh}", $"its backend refers to the secret '{name}', which was not given");

    private static IEnumerable<Pair> FindNames(MeshObjects objects)
    {
        ImmutableArray<Secret> candidates = [.. objects.Secrets.Where(KumaAuthority.IsCandidate)];
        foreach (Secret certificate in candidates.Where(secret => secret.Id.Name.EndsWith(CertificateEnding, StringComparison.Ordinal)))
        {
            string key = certificate.Id.Name[..^CertificateEnding.Length] + KeyEnding;
            if (candidates.FirstOrDefault(secret => secret.Id == new SecretId(key, certificate.Id.Mesh, certificate.Id.Namespace)) is { } found)
            {
                yield return new Pair(certificate, found);
            }
        }
    }

    private sealed record Pair(Secret Certificate, Secret Key);
}
