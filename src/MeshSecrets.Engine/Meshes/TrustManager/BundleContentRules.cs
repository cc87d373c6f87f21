using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Reading;
using MeshSecrets.Meshes.Rules;

namespace MeshSecrets.Meshes.TrustManager;

/// <summary>The certificates that stand in a bundle itself.</summary>
internal static class BundleContentRules
{
    private const string Pool = "trust-manager, pkg/util/cert_pool.go";

    internal static MeshRule PrivateKey { get; } = BundleRules.Rule(
        "TrustManagerPrivateKey",
        RuleSeverity.Error,
        "trust-manager refuses the whole bundle: 'only CERTIFICATE blocks are permitted'; and everyone who can read bundles has read the key.",
        "Remove it, and change the key: it is disclosed. Write the bundle with Export-MeshCaBundle -Format TrustManagerBundle.",
        Pool,
        (spec, _) => spec.InLines.Where(value => value.Pem.AsSpan().IndexOf("PRIVATE KEY-----"u8) >= 0).Select(value => $"{value.Field} holds a private key"));

    internal static MeshRule Readable { get; } = BundleRules.Rule(
        "TrustManagerReadable",
        RuleSeverity.Error,
        "trust-manager refuses the whole bundle for one bad block: 'invalid PEM block in bundle'; its targets stay as they were.",
        "Take the certificate anew, or restore it with Repair-MeshSecret; write the bundle with Export-MeshCaBundle -Format TrustManagerBundle.",
        Pool,
        (spec, _) => spec.InLines.Select(value => Read(value.Field, value.Pem).Fault).OfType<string>());

    internal static MeshRule Expired { get; } = BundleRules.Rule(
        "TrustManagerExpired",
        RuleSeverity.Warning,
        "It verifies nobody any more; with trust-manager's --filter-expired-certificates it is left out silently.",
        "Remove it: Export-MeshCaBundle leaves expired ones out, and says so.",
        "https://github.com/cert-manager/trust-manager/issues/272",
        (spec, subject) => Certificates(spec).Where(each => each.Certificate.NotAfter < subject.Context.Now).Select(each => $"{each.Field}: {each.Certificate} expired at {each.Certificate.NotAfter:u}"));

    internal static MeshRule Authorities { get; } = BundleRules.Rule(
        "TrustManagerAuthorities",
        RuleSeverity.Warning,
        "trust-manager takes it, and nobody verifies by it: it is no authority.",
        "Put the root in its place that issued it.",
        "RFC 5280, section 4.2.1.9",
        (spec, _) => Certificates(spec).Where(each => !each.Certificate.IsCa).Select(each => $"{each.Field}: {each.Certificate} is no authority (CA:FALSE)"));

    internal static MeshRule Duplicates { get; } = BundleRules.Rule(
        "TrustManagerDuplicates",
        RuleSeverity.Advice,
        "trust-manager writes it once; a reader of the resource looks for a difference that is not there.",
        "Write it once: Export-MeshCaBundle -Format TrustManagerBundle does.",
        "https://github.com/cert-manager/trust-manager/issues/155",
        (spec, _) => Certificates(spec).GroupBy(each => each.Certificate.Thumbprint).Where(same => same.Count() > 1).Select(same => $"{same.First().Certificate} stands in it {same.Count()} times"));

    internal static MeshRule FinalNewline { get; } = BundleRules.Rule(
        "TrustManagerFinalNewline",
        RuleSeverity.Advice,
        "trust-manager mends it; whoever joins such files by hand gets '-----END CERTIFICATE----------BEGIN CERTIFICATE-----' on one line, which most readers refuse or skip.",
        "End it with a newline: a YAML block '|' keeps it, '|-' drops it.",
        "RFC 7468, section 2; https://github.com/pulumi/pulumi-kubernetes/issues/2681",
        (spec, _) => spec.InLines.Where(value => value.Pem[^1] != (byte)'\n').Select(value => $"{value.Field} does not end with a newline"));

    private static IEnumerable<(string Field, CertificateInfo Certificate)> Certificates(BundleSpec spec) =>
        spec.InLines.SelectMany(value => Read(value.Field, value.Pem).Certificates.Select(certificate => (value.Field, certificate)));

    /// <summary>What is there, or why it cannot be read. Keys are another rule's matter.</summary>
    private static (IReadOnlyList<CertificateInfo> Certificates, string? Fault) Read(string field, byte[] pem)
    {
        try
        {
            return ([.. CertificateReader.ReadCertificates(pem, field, allowPrivateKey: true).Select(item => CertificateInfo.Parse(item.GetDer(), field))], null);
        }
        catch (MeshException refused)
        {
            return ([], $"{refused.ErrorId}: {refused.Message}");
        }
    }
}
