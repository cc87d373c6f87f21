using System.Text.RegularExpressions;

namespace MeshSecrets.Stores.Kubernetes;

/// <summary>What the API server takes as a label, and so in a selector.</summary>
internal static partial class LabelText
{
    // The prefix is a DNS name, of at most 253 characters.
    internal static bool IsKey(string key) => KeyPattern().IsMatch(key) && key.IndexOf('/', StringComparison.Ordinal) <= 253;

    internal static bool IsValue(string value) => ValuePattern().IsMatch(value);

    [GeneratedRegex(@"^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?\z")]
    private static partial Regex KeyPattern();

    [GeneratedRegex(@"^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?\z")]
    private static partial Regex ValuePattern();
}
