using MeshSecrets.Meshes.Rules;

namespace MeshSecrets.Meshes.TrustManager;

/// <summary>The rules of trust-manager's bundles.</summary>
internal static class BundleRules
{
    internal static RuleSet Set { get; } = new(
        "TrustManager",
        "a Bundle of trust-manager: its sources, what stands in it, and where it is written",
        [
            // The sources.
            BundleSourceRules.AnySource,
            BundleSourceRules.OneKind,
            BundleSourceRules.Selection,
            BundleSourceRules.Itself,
            BundleSourceRules.DefaultCas,
            BundleSourceRules.LeafKey,

            // What stands in it.
            BundleContentRules.PrivateKey,
            BundleContentRules.Readable,
            BundleContentRules.Expired,
            BundleContentRules.Authorities,
            BundleContentRules.Duplicates,
            BundleContentRules.FinalNewline,

            // Where it is written.
            BundleTargetRules.Target,
            BundleTargetRules.SecretTarget,
            BundleTargetRules.KeysDiffer,
            BundleTargetRules.DefaultPassword,
        ])
    {
        Fits = subject => BundleSpec.IsOne(subject.Resource),
    };

    internal static MeshRule Rule(string id, RuleSeverity severity, string effect, string remedy, string source, Func<BundleSpec, RuleSubject, IEnumerable<string>> find) =>
        new(id, severity, effect, remedy, source, subject => BundleSpec.IsOne(subject.Resource) ? find(new BundleSpec(subject.Resource!), subject) : []);
}
