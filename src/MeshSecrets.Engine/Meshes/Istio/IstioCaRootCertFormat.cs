using System.Collections.Immutable;
using System.Text;
using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Reading;
using MeshSecrets.Meshes.Formats;
using MeshSecrets.Meshes.Manifests;

namespace MeshSecrets.Meshes.Istio;

/// <summary>
/// What workloads trust: the config map <c>istio-ca-root-cert</c>, which istiod writes into every namespace. Certificates
/// only, and several roots while one replaces another.
/// </summary>
internal sealed class IstioCaRootCertFormat : AuthorityFormat
{
    public override string Name => "IstioCaRootCert";

    public override string Description => "the config map istio-ca-root-cert with the roots that workloads trust";

    public override bool HoldsPrivateKey => false;

    public override AuthorityMaterial? TryRead(MeshObjects objects)
    {
        ImmutableArray<Manifest> found = [.. objects.Manifests.Where(Recognizes)];
        if (found.IsEmpty)
        {
            return null;
        }

        // There is one in each namespace, and all say the same while istiod keeps them.
        if (found.Select(manifest => manifest.Root.Find("data")?[IstioNames.RootCert]).Distinct().Skip(1).Any())
        {
            throw FormatErrors.Ambiguous("What was given", found.Select(manifest => manifest.ToString()));
        }

        return Read(found[0]);
    }

    public override MeshObjects Write(AuthorityMaterial authority, FormatTarget target, DateTimeOffset time)
    {
        AuthorityData.EnsureNoCrls(authority, Name);
        if (authority.Roots.IsEmpty)
        {
            throw FormatErrors.Incomplete(Name, authority.Source, "there is no root certificate");
        }

        Manifest manifest = Manifest.Create("v1", "ConfigMap", target.Name ?? IstioNames.CaRootCert, target.Namespace ?? IstioNames.Namespace, target.Labels.Add("istio.io/config", "true"));
        string pem = Encoding.ASCII.GetString(AuthorityData.Pem(authority.Roots));
        manifest.Root.Set("data", ManifestNode.Mapping((IstioNames.RootCert, ManifestNode.String(pem))));
        return new MeshObjects([], [manifest]);
    }

    private static bool Recognizes(Manifest manifest) =>
        manifest is { Kind: "ConfigMap", ApiGroup: "" } && manifest.Root.Find("data", IstioNames.RootCert) is not null;

    private AuthorityMaterial Read(Manifest manifest)
    {
        ManifestNode data = manifest.Root.Find("data")!;
        if (data.Fields.FirstOrDefault(field => field.Key != IstioNames.RootCert) is { Key: { } other })
        {
            throw FormatErrors.CannotCarry(Name, manifest, $"the data key '{other}'", "Remove it.");
        }

        if (manifest.Root.Find("binaryData") is { Fields.Count: > 0 })
        {
            throw FormatErrors.CannotCarry(Name, manifest, "binaryData", "Remove it.");
        }

        string source = $"{manifest.Source}: {manifest}, {IstioNames.RootCert}";
        byte[] pem = Encoding.UTF8.GetBytes(data[IstioNames.RootCert] ?? "");
        ImmutableArray<CertificateInfo> roots = [.. CertificateReader.ReadCertificates(pem, source).Select(item => CertificateInfo.Parse(item.GetDer(), item.Location))];
        return new AuthorityMaterial(source, key: null) { Roots = roots };
    }
}
