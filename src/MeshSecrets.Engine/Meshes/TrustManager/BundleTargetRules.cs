using MeshSecrets.Meshes.Rules;

namespace MeshSecrets.Meshes.TrustManager;

/// <summary>Where a bundle is written.</summary>
internal static class BundleTargetRules
{
    private const string Types = "trust-manager, pkg/apis/trust/v1alpha1/types_bundle.go";

    internal static MeshRule Target { get; } = BundleRules.Rule(
        "TrustManagerTarget",
        RuleSeverity.Error,
        "Nothing is written anywhere.",
        "Give spec.target.configMap.key, as Export-MeshCaBundle -Format TrustManagerBundle does.",
        Types + " (BundleTarget)",
        (spec, _) => spec.Target is not { } target || (target.Find(BundleSpec.ConfigMap)?["key"] is not { Length: > 0 } && target.Find(BundleSpec.Secret)?["key"] is not { Length: > 0 })
            ? ["spec.target names neither a configMap nor a secret with a key"]
            : []);

    internal static MeshRule SecretTarget { get; } = BundleRules.Rule(
        "TrustManagerSecretTarget",
        RuleSeverity.Advice,
        "trust-manager writes secrets only if it was installed so (secretTargets.enabled), and then may read and write them; roots are no secret.",
        "Write into a ConfigMap, unless the reader can take a secret only.",
        Types + " (BundleTarget.Secret); trust-manager's chart, secretTargets",
        (spec, _) => spec.Target?.Find(BundleSpec.Secret) is not null ? ["spec.target.secret is there"] : []);

    internal static MeshRule KeysDiffer { get; } = BundleRules.Rule(
        "TrustManagerKeysDiffer",
        RuleSeverity.Error,
        "trust-manager refuses it: 'key must be unique across all target output keys'.",
        "Give each format a data key of its own: ca.crt, bundle.jks, bundle.p12.",
        "trust-manager, pkg/webhook/validation.go",
        (spec, _) => new[] { spec.Target?.Find(BundleSpec.ConfigMap)?["key"] ?? spec.Target?.Find(BundleSpec.Secret)?["key"], spec.Formats?.Find("jks")?["key"], spec.Formats?.Find("pkcs12")?["key"] }
            .OfType<string>().GroupBy(key => key, StringComparer.Ordinal).Where(same => same.Count() > 1).Select(same => $"the data key {same.Key} is written {same.Count()} times"));

    internal static MeshRule DefaultPassword { get; } = BundleRules.Rule(
        "TrustManagerDefaultPassword",
        RuleSeverity.Advice,
        "Readers must know that a JKS has the password 'changeit' then, and a PKCS#12 an empty one, which Java refuses.",
        "Say password in the format, so that readers and writer agree; it protects nothing, for roots are public.",
        Types + " (DefaultJKSPassword, DefaultPKCS12Password)",
        (spec, _) => new[] { "jks", "pkcs12" }.Where(format => spec.Formats?.Find(format) is { } node && node.Find("password") is null).Select(format => $"spec.target.additionalFormats.{format} has no password"));
}
