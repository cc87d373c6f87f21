using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Meshes.Rules;
using MeshSecrets.Secrets;

namespace MeshSecrets.Meshes.TrustManager;

/// <summary>Where a bundle takes its roots from.</summary>
internal static class BundleSourceRules
{
    private const string Webhook = "trust-manager, pkg/webhook/validation.go";

    private static readonly string[] s_kinds = [BundleSpec.ConfigMap, BundleSpec.Secret, BundleSpec.InLine, BundleSpec.DefaultCas];

    internal static MeshRule AnySource { get; } = BundleRules.Rule(
        "TrustManagerAnySource",
        RuleSeverity.Error,
        "trust-manager refuses it: 'must define at least one source'.",
        "Write it with Export-MeshCaBundle <roots> -Format TrustManagerBundle.",
        Webhook,
        (spec, _) => !spec.Sources.Any(source => source.Find(BundleSpec.ConfigMap) is not null || source.Find(BundleSpec.Secret) is not null || source[BundleSpec.InLine] is { Length: > 0 } || source[BundleSpec.DefaultCas] == "true")
            ? [spec.Sources.Count == 0 ? "spec.sources is empty" : "none of its sources gives a certificate"]
            : []);

    internal static MeshRule OneKind { get; } = BundleRules.Rule(
        "TrustManagerOneKind",
        RuleSeverity.Error,
        "trust-manager refuses it: 'must define exactly one source type for each item but found N defined types'.",
        "Split it, so that each entry of sources has one of configMap, secret, inLine and useDefaultCAs.",
        Webhook,
        (spec, _) => spec.Sources.Index()
            .Select(source => (source.Index, Kinds: s_kinds.Where(kind => source.Item.Find(kind) is not null).ToArray()))
            .Where(source => source.Kinds.Length != 1)
            .Select(source => $"spec.sources[{source.Index}] has {(source.Kinds.Length == 0 ? "no source type" : string.Join(" and ", source.Kinds))}"));

    internal static MeshRule Selection { get; } = BundleRules.Rule(
        "TrustManagerSelection",
        RuleSeverity.Error,
        "trust-manager refuses it: 'must validate one and only one schema (oneOf): [name, selector]', or 'key must be defined when includeAllKeys is false'.",
        "Give name or selector, and key or includeAllKeys; one of both each time.",
        Webhook,
        (spec, _) => from source in spec.Sources.Index()
                     from kind in (string[])[BundleSpec.ConfigMap, BundleSpec.Secret]
                     let node = source.Item.Find(kind)
                     where node is not null
                     from fault in FaultsOf(node)
                     select $"spec.sources[{source.Index}].{kind} {fault}");

    internal static MeshRule Itself { get; } = BundleRules.Rule(
        "TrustManagerItself",
        RuleSeverity.Error,
        "trust-manager refuses it: 'cannot define the same source as target'.",
        "Rename the bundle or the source: the target has the name of the bundle.",
        Webhook,
        (spec, _) => from source in spec.Sources.Index()
                     from kind in (string[])[BundleSpec.ConfigMap, BundleSpec.Secret]
                     where source.Item.Find(kind)?["name"] == spec.Bundle.Name && spec.Target?.Find(kind)?["key"] is { } key && source.Item.Find(kind)?["key"] == key
                     select $"spec.sources[{source.Index}].{kind} is its own target");

    internal static MeshRule DefaultCas { get; } = BundleRules.Rule(
        "TrustManagerDefaultCas",
        RuleSeverity.Warning,
        "Some hundred public authorities are trusted beside your own: whoever gets a certificate of one of them passes in the mesh for any name that it has.",
        "Keep public authorities in a bundle of its own for clients of the internet, and leave useDefaultCAs out of that for the mesh.",
        "trust-manager, pkg/apis/trust/v1alpha1/types_bundle.go (useDefaultCAs)",
        (spec, _) => spec.Sources.Any(source => source[BundleSpec.DefaultCas] == "true") && spec.Sources.Any(source => source.Find(BundleSpec.DefaultCas) is null)
            ? ["useDefaultCAs stands beside sources of its own"]
            : []);

    internal static MeshRule LeafKey { get; } = BundleRules.Rule(
        "TrustManagerLeafKey",
        RuleSeverity.Warning,
        "There stands the certificate of a server or client, which changes with each renewal and verifies nobody but itself.",
        "Name the data key with the root; of cert-manager's secrets copy ca.crt, so that a new root does not push out the former one at once.",
        "https://github.com/cert-manager/cert-manager/issues/5851",
        (spec, _) => from source in spec.Sources.Index()
                     where source.Item.Find(BundleSpec.Secret)?["key"] == DataKey.Certificate
                     select $"spec.sources[{source.Index}].secret takes {DataKey.Certificate}");

    private static IEnumerable<string> FaultsOf(ManifestNode node)
    {
        bool name = node["name"] is { Length: > 0 };
        if (name == node.Find("selector") is not null)
        {
            yield return name ? "has both name and selector" : "has neither name nor selector";
        }

        bool key = node["key"] is { Length: > 0 };
        if (key == (node["includeAllKeys"] == "true"))
        {
            yield return key ? "has both key and includeAllKeys" : "has neither key nor includeAllKeys";
        }
    }
}
