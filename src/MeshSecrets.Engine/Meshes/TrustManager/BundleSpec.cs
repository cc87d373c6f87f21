using System.Text;
using MeshSecrets.Meshes.Manifests;

namespace MeshSecrets.Meshes.TrustManager;

/// <summary>What a Bundle of trust-manager says (trust.cert-manager.io/v1alpha1).</summary>
/// <param name="bundle">The resource.</param>
internal sealed class BundleSpec(Manifest bundle)
{
    internal const string Group = "trust.cert-manager.io";
    internal const string Kind = "Bundle";
    internal const string TargetKind = "ConfigMap";

    /// <summary>The label of the config maps and secrets that trust-manager writes; its value is the Bundle's name.</summary>
    internal const string TargetLabel = "trust.cert-manager.io/bundle";
    internal const string ConfigMap = "configMap";
    internal const string Secret = "secret";
    internal const string InLine = "inLine";
    internal const string DefaultCas = "useDefaultCAs";

    /// <summary>The namespace in which trust-manager looks for sources, unless it was told another.</summary>
    internal const string TrustNamespace = "cert-manager";

    /// <summary>Whether a resource is a Bundle.</summary>
    internal static bool IsOne(Manifest? resource) => resource is { Kind: Kind, ApiGroup: Group };

    internal Manifest Bundle => bundle;

    internal IReadOnlyList<ManifestNode> Sources => bundle.Spec.Find("sources")?.Entries ?? [];

    internal ManifestNode? Target => bundle.Spec.Find("target");

    internal ManifestNode? Formats => Target?.Find("additionalFormats");

    /// <summary>The certificates that stand in the resource itself, each value with its field.</summary>
    internal IEnumerable<(string Field, byte[] Pem)> InLines => Sources.Index()
        .Where(source => source.Item[InLine] is { Length: > 0 })
        .Select(source => ($"spec.sources[{source.Index}].{InLine}", Encoding.UTF8.GetBytes(source.Item[InLine]!)));
}
