using System.Collections.Immutable;
using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Reading;
using MeshSecrets.Meshes.Rules;
using MeshSecrets.Secrets;
using static MeshSecrets.Meshes.Istio.Rules.IstioSubject;

namespace MeshSecrets.Meshes.Istio.Rules;

/// <summary>What the mesh trusts, and the change of a root.</summary>
internal static class IstioCaRootRules
{
    internal static MeshRule Corrupt { get; } = new(
        "IstioCaRootCorrupt",
        RuleSeverity.Error,
        "istiod passes over a block that it cannot read and starts; Envoy refuses the whole bundle with a warning in its own log, and all mTLS stops.",
        "Take the broken block out of root-cert.pem; Export-MeshCaBundle writes the bundle anew from what is sound.",
        "https://github.com/istio/istio/issues/45324",
        FindCorrupt);

    internal static MeshRule Several { get; } = new(
        "IstioCaRootsSeveral",
        RuleSeverity.Advice,
        "istiod takes a bundle of other roots while it runs only with ISTIO_MULTIROOT_MESH=true, which is off by default; otherwise after a restart.",
        "Set ISTIO_MULTIROOT_MESH=true for istiod and PROXY_CONFIG_XDS_AGENT=true for proxies while a root is changed, and take the old root out once nothing is signed below it.",
        $"istio/istio pilot/pkg/features/pilot.go; {Bootstrap} handleEvent",
        subject => subject.Roots.DistinctBy(root => root.Thumbprint).Count() is > 1 and int count ? $"{count} roots are trusted" : null);

    internal static MeshRule Duplicate { get; } = new(
        "IstioCaRootDuplicate",
        RuleSeverity.Advice,
        "Works; the bundle is sent to each proxy with a root twice.",
        "Write the bundle anew: Export-MeshCaBundle takes each root once.",
        "https://github.com/istio/istio/pull/32032",
        subject => subject.Roots.GroupBy(root => root.Thumbprint).FirstOrDefault(same => same.Skip(1).Any()) is { } twice ? $"{twice.First()} stands in the bundle {twice.Count()} times" : null);

    internal static MeshRule NotRoot { get; } = new(
        "IstioCaRootNotRoot",
        RuleSeverity.Warning,
        "istiod takes any certificate for an anchor; peers that want a self-signed one at the end of a chain (OpenSSL by default, other meshes) refuse everything below it.",
        "Put the self-signed root into root-cert.pem, and this one into cert-chain.pem.",
        "RFC 5280 section 6.1.1; openssl-verification-options (partial_chain)",
        subject => subject.Roots.FirstOrDefault(root => !IsRoot(root)) is { } other ? $"{other} in the bundle is not self-signed" : null);

    internal static MeshRule Expired { get; } = new(
        "IstioCaRootExpired",
        RuleSeverity.Warning,
        "What is signed below it is refused; and istiod's expiry metric looks at the first root of the bundle alone.",
        "Take it out of the bundle once nothing is signed below it: Export-MeshCaBundle leaves expired roots out.",
        "istio/istio security/pkg/server/ca/server.go RecordCertsExpiry",
        subject => from root in subject.Roots
                   where root.NotAfter < subject.Context.Now
                   select $"the root {root} expired at {root.NotAfter:u}");

    internal static MeshRule Replaced { get; } = new(
        "IstioCaRootReplaced",
        RuleSeverity.Error,
        "istiod keeps the old authority (Updating new ROOT-CA not supported), and once it is restarted half of the mesh refuses the other half.",
        "Change the root in steps: trust both (old root, then new one, in root-cert.pem), then sign with the new one, then trust it alone.",
        $"{Bootstrap} handleEvent, pemBundleHasSubsetRelation; https://github.com/istio/istio/issues/30947",
        subject => FindCurrent(subject) is var (current, where) && !IsSubset(current, subject.Roots) && !IsSubset(subject.Roots, current)
            ? $"its roots and those of {where} are such that neither contains the other" : null);

    internal static MeshRule BytesDiffer { get; } = new(
        "IstioCaRootBytesDiffer",
        RuleSeverity.Warning,
        "istiod takes a new authority while it runs only under a root-cert.pem that is byte for byte what it was; otherwise it says: Multi root is disabled, updating new ROOT-CA not supported.",
        "Keep root-cert.pem as it is for a new intermediate; for a change of the root set ISTIO_MULTIROOT_MESH=true, or restart istiod.",
        $"{Bootstrap} handleEvent; https://github.com/istio/istio/issues/22993",
        subject => subject.Secret is { } secret && !IsGenerated(secret) && RootBytes(subject) is { IsEmpty: false } own
            && subject.Context.Others.With(IsTrusted, true).Concat(subject.Context.Others.SecretsNamed(secret.Id.Name).Where(other => IsForIstiod(other.Secret!)))
                .FirstOrDefault(other => RootBytes(other) is { IsEmpty: false } theirs && !theirs.Span.SequenceEqual(own.Span)) is { } other
            ? $"its root-cert.pem has other bytes than that of {other.Target}" : null);

    private static (ImmutableArray<CertificateInfo> Roots, string Where)? FindCurrent(RuleSubject subject) =>
        subject.Roots.IsEmpty ? null
        : subject.Context.Others.With(IsTrusted, true).FirstOrDefault(other => other.Target != subject.Target && !other.Roots.IsEmpty) is { } found ? (found.Roots, found.Target) : null;

    /// <summary>What workloads trust now: istiod's config map.</summary>
    private static object IsTrusted(RuleSubject other) => other.Resource is { Kind: "ConfigMap", Name: IstioNames.CaRootCert };

    private static bool IsSubset(ImmutableArray<CertificateInfo> some, ImmutableArray<CertificateInfo> all) => some.All(certificate => Contains(all, certificate));

    private static ReadOnlyMemory<byte> RootBytes(RuleSubject subject)
    {
        if (subject.Secret is { } secret)
        {
            return secret.GetData().TryGetValue(IsTlsLayout(secret) ? DataKey.TrustBundle : IstioNames.RootCert, out ReadOnlyMemory<byte> value) ? value : default;
        }

        return subject.Resource?.Root.Find("data", IstioNames.RootCert)?.Text is { } text ? System.Text.Encoding.UTF8.GetBytes(text) : default(ReadOnlyMemory<byte>);
    }

    private static string? FindCorrupt(RuleSubject subject)
    {
        if (subject.Secret is { } secret && !IsForIstiod(secret))
        {
            return null;
        }

        ReadOnlyMemory<byte> bundle = RootBytes(subject);
        if (bundle.Span.Trim(" \t\r\n"u8).IsEmpty)
        {
            return null;
        }

        try
        {
            CertificateReader.ReadCertificates(bundle, IstioNames.RootCert);
            return null;
        }
        catch (MeshException refused)
        {
            return $"the bundle is not sound throughout: {refused.Message}";
        }
    }
}
