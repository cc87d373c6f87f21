using System.Text.RegularExpressions;

namespace MeshSecrets.Stores.Kubernetes.Connecting;

/// <summary>Makes what a credential plugin complains of fit for a message: short, in one line, and without what looks like a token or a key.</summary>
internal static partial class Redaction
{
    internal static string Mask(string text, int limit)
    {
        string line = Blank().Replace(Token().Replace(Named().Replace(text, "$1***"), "***"), " ").Trim();
        return line.Length <= limit ? line : $"…{line[^limit..]}";
    }

    // A word of 24 or more characters of base64 or base64url with a digit in it; a path, an address or a long name has
    // none or is shorter between its slashes and dots most of the time, and if not, it is better masked than a token shown.
    [GeneratedRegex(@"(?=[A-Za-z0-9+/_=.~-]*[0-9])[A-Za-z0-9+/_=.~-]{24,}", RegexOptions.CultureInvariant)]
    private static partial Regex Token();

    // What is called a secret, however short: password=…, "token": "…", api-key: …, --client-secret …, Bearer ….
    [GeneratedRegex(@"((?:(?:password|passwd|token|secret|key)[\w-]{0,40}[""']?\s{0,8}[:=]\s{0,8}|--(?:[a-z]{1,20}-){0,4}(?:password|token|secret|key)\s+|\bbearer\s+)(?:(?:bearer|basic)\s+)?)(?:""[^""\r\n]*""|'[^'\r\n]*'|\S+)", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Named();

    [GeneratedRegex(@"[\s\p{Cc}]+", RegexOptions.CultureInvariant)]
    private static partial Regex Blank();
}
