using System.Collections.Immutable;
using System.Text;
using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Reading;
using MeshSecrets.Meshes.Formats;
using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Secrets;

namespace MeshSecrets.Meshes.TrustManager;

/// <summary>
/// Roots as a Bundle of trust-manager, which writes them into a ConfigMap of every namespace. They are written
/// into the resource itself; read, they may also stand in objects that were given beside it.
/// </summary>
internal sealed class BundleFormat : AuthorityFormat
{
    private const string DefaultName = "mesh-trust-bundle";
    private const string TargetKey = "ca.crt";

    public override string Name => "TrustManagerBundle";

    public override string Description => "a Bundle of trust-manager with the roots in it";

    public override bool HoldsPrivateKey => false;

    public override AuthorityMaterial? TryRead(MeshObjects objects)
    {
        Manifest[] found = [.. objects.Manifests.Where(BundleSpec.IsOne)];
        if (found.Length != 1)
        {
            return found.Length == 0 ? null : throw FormatErrors.Ambiguous("What was given", found.Select(bundle => bundle.ToString()));
        }

        ImmutableArray<CertificateInfo> roots = [.. new BundleSpec(found[0]).Sources.Index()
            .SelectMany(source => Read(found[0], $"spec.sources[{source.Index}]", source.Item, objects))
            .DistinctBy(root => root.Thumbprint)];
        return roots.IsEmpty
            ? throw FormatErrors.Incomplete(Name, found[0].ToString(), "it has no sources")
            : new AuthorityMaterial($"{found[0].Source}: {found[0]}", key: null) { Roots = roots };
    }

    public override MeshObjects Write(AuthorityMaterial authority, FormatTarget target, DateTimeOffset time)
    {
        AuthorityData.EnsureNoCrls(authority, Name);
        if (authority.Roots.IsEmpty)
        {
            throw FormatErrors.Incomplete(Name, authority.Source, "there is no root certificate");
        }

        // A Bundle has no namespace; the one that is asked for is where its target is written.
        Manifest bundle = Manifest.Create($"{BundleSpec.Group}/v1alpha1", BundleSpec.Kind, target.Name ?? DefaultName, labels: target.Labels);
        ManifestNode inLine = ManifestNode.Mapping((BundleSpec.InLine, ManifestNode.String(Encoding.ASCII.GetString(AuthorityData.Pem(authority.Roots)))));
        ManifestNode? selector = target.Namespace is null
            ? null
            : ManifestNode.Mapping(("matchLabels", ManifestNode.Mapping(("kubernetes.io/metadata.name", ManifestNode.String(target.Namespace)))));
        bundle.Root.Set("spec", ManifestNode.Mapping(
            ("sources", ManifestNode.Sequence(inLine)),
            ("target", ManifestNode.Mapping(
                (BundleSpec.ConfigMap, ManifestNode.Mapping(("key", ManifestNode.String(TargetKey)))),
                ("namespaceSelector", selector)))));
        return new MeshObjects([], [bundle]);
    }

    /// <summary>The roots of a source: in the resource itself, or in an object that was given beside it.</summary>
    private IEnumerable<CertificateInfo> Read(Manifest bundle, string field, ManifestNode source, MeshObjects objects)
    {
        if (source[BundleSpec.InLine] is { } pem)
        {
            return Read($"{bundle.Source}: {bundle}, {field}.{BundleSpec.InLine}", Encoding.UTF8.GetBytes(pem));
        }

        if (source.Find(BundleSpec.ConfigMap) is { } map && map["name"] is { } mapName && map["key"] is { } mapKey)
        {
            Manifest config = objects.Manifests.FirstOrDefault(manifest => manifest is { Kind: "ConfigMap" } && manifest.Name == mapName) ?? throw NotGiven(bundle, field, $"ConfigMap {mapName}");
            return Read($"{config}, {mapKey}", Encoding.UTF8.GetBytes(config.Root.Find("data")?[mapKey] ?? throw NotGiven(bundle, field, $"the data key {mapKey}")));
        }

        if (source.Find(BundleSpec.Secret) is { } reference && reference["name"] is { } secretName && reference["key"] is { } secretKey)
        {
            Secret secret = objects.Secrets.FirstOrDefault(candidate => candidate.Id.Name == secretName) ?? throw NotGiven(bundle, field, $"Secret {secretName}");
            return AuthorityData.ReadCertificates(secret, secretKey);
        }

        return source[BundleSpec.DefaultCas] == "false"
            ? []
            : throw FormatErrors.CannotCarry(Name, bundle, $"{field}, whose roots are known in the cluster only,", "Read the ConfigMap that trust-manager wrote.");
    }

    private static IEnumerable<CertificateInfo> Read(string source, byte[] pem) =>
        CertificateReader.ReadCertificates(pem, source).Select(item => CertificateInfo.Parse(item.GetDer(), item.Location));

    private MeshException NotGiven(Manifest bundle, string field, string what) =>
        FormatErrors.Incomplete(Name, bundle.ToString(), $"{field} refers to {what}, which was not given");
}
