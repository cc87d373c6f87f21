using System.Collections.Immutable;
using System.Text;
using MeshSecrets.Meshes.Rules;
using MeshSecrets.Secrets;

namespace MeshSecrets.Meshes.Kubernetes;

/// <summary>Rules about how the PEM of a TLS secret is written, beyond what makes it readable.</summary>
internal static class KubernetesTextRules
{
    private const string Boundary = "-----";

    internal static ImmutableArray<MeshRule> All { get; } =
    [
        new(
            "KubernetesTlsFinalNewline",
            RuleSeverity.Warning,
            "Works alone. Where files are joined (a chain and a root, bundles of several secrets) the next BEGIN stands on the line of the last END, and Go and OpenSSL drop or refuse what follows.",
            "End each value with a line feed; Export-MeshSecret and New-MeshTlsKey write it.",
            "RFC 7468 section 3; OSM pkg/certificate/providers/vault (adds the missing line feed)",
            subject => Values(subject).Where(value => value.Text.Length > 0 && !value.Text.EndsWith('\n')).Select(value => $"{value.Key} does not end with a line feed")),
        new(
            "KubernetesTlsBlocksJoined",
            RuleSeverity.Error,
            "Go's pem.Decode passes over blocks that are joined so, and .NET over all of them, without an error: the chain is shorter than it looks, or empty.",
            "Put a line feed between the END line of one block and the BEGIN line of the next.",
            "RFC 7468 section 3; Go encoding/pem Decode; .NET X509Certificate2Collection.ImportFromPem",
            subject => Values(subject).Where(value => AreJoined(value.Text)).Select(value => $"In {value.Key} a BEGIN stands on the line of an END")),
        new(
            "KubernetesTlsWindowsLines",
            RuleSeverity.Warning,
            "Most readers take it; those that compare text do not: Istio reloads a root only if it is the same byte by byte, and shell scripts keep the carriage return.",
            "Save the file with line feeds only, and make the secret anew.",
            "RFC 7468 section 3 (parsers should accept them, generators choose one); Istio security/pkg/pki/util/keycertbundle.go",
            subject => Values(subject).Where(value => value.Text.Contains('\r', StringComparison.Ordinal)).Select(value => $"{value.Key} has carriage returns")),
        new(
            "KubernetesTlsTextBeside",
            RuleSeverity.Advice,
            "OpenSSL and Go pass over text beside the blocks; .NET and some proxies with strict readers do not.",
            "Leave out what 'openssl x509 -text' prints: openssl x509 -in tls.crt -out clean.crt.",
            "RFC 7468 section 2 (explanatory text); RFC 8555 section 9.1 forbids it in chains",
            subject => Values(subject).Where(value => HasTextBeside(value.Text)).Select(value => $"In {value.Key} text stands outside the blocks")),
    ];

    /// <summary>The values that hold certificates.</summary>
    internal static IEnumerable<(string Key, string Text)> Certificates(SecretData data) => Read(data, DataKey.Certificate, DataKey.TrustBundle);

    private static IEnumerable<(string Key, string Text)> Values(RuleSubject subject) =>
        KubernetesRules.Tls(subject) is { } data ? Read(data, DataKey.Certificate, DataKey.PrivateKey, DataKey.TrustBundle) : [];

    private static IEnumerable<(string Key, string Text)> Read(SecretData data, params IEnumerable<string> keys)
    {
        foreach (string key in keys)
        {
            if (data.TryGetValue(key, out ReadOnlyMemory<byte> value) && value.Span.IndexOf("-----BEGIN"u8) >= 0)
            {
                yield return (key, Encoding.Latin1.GetString(value.Span));
            }
        }
    }

    private static bool AreJoined(string text) =>
        text.Split('\n').Any(line => line.IndexOf("-----END ", StringComparison.Ordinal) is >= 0 and int end && line.IndexOf("-----BEGIN ", end, StringComparison.Ordinal) > 0);

    private static bool HasTextBeside(string text)
    {
        bool inside = false;
        foreach (string line in text.Split('\n').Select(line => line.Trim()))
        {
            if (line.StartsWith(Boundary + "BEGIN ", StringComparison.Ordinal))
            {
                inside = true;
            }
            else if (!inside && line.Length > 0)
            {
                return true;
            }

            inside &= !line.EndsWith(Boundary, StringComparison.Ordinal) || !line.Contains("-----END ", StringComparison.Ordinal);
        }

        return false;
    }
}
