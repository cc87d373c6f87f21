using System.Text.RegularExpressions;

namespace MeshSecrets.Stores.Kubernetes.Connecting;

/// <summary>Makes what others say fit for a message: short, in one line, and without what looks like a token or a key.</summary>
internal static partial class Redaction
{
    private const string Hidden = "***";

    /// <summary>Of a credential plugin's complaint the end, without long words that are nothing else: it has nothing but secrets to talk of.</summary>
    internal static string Mask(string text, int limit)
    {
        string line = InOneLine(LongWord().Replace(Named().Replace(text, $"$1{Hidden}"), word => IsPlain(word.Value) ? word.Value : Hidden));
        return line.Length <= limit ? line : $"…{line[^limit..]}";
    }

    /// <summary>Of an API server's reason the beginning; names in clusters are long words.</summary>
    internal static string Quote(string text, int limit)
    {
        string line = InOneLine(Token().Replace(Named().Replace(text, $"$1{Hidden}"), Hidden));
        return line.Length <= limit ? line : $"{line[..limit]}…";
    }

    private static string InOneLine(string text) => Blank().Replace(text, " ").Trim();

    private static bool IsPlain(string word) => !Token().IsMatch(word) && Plain().IsMatch(word);

    // A word of 24 or more characters of base64 or base64url with a digit in it; a path, an address or a long name has
    // none or is shorter between its slashes and dots most of the time, and if not, it is better masked than a token shown.
    [GeneratedRegex(@"(?=[A-Za-z0-9+/_=.~-]*[0-9])[A-Za-z0-9+/_=.~-]{24,}", RegexOptions.CultureInvariant)]
    private static partial Regex Token();

    [GeneratedRegex(@"[A-Za-z0-9+/_.~:@%-]{20,}", RegexOptions.CultureInvariant)]
    private static partial Regex LongWord();

    // Addresses and paths of short parts, host names, the names of errors and variables in code, and plugins that everybody has.
    [GeneratedRegex(@"^(?:(?:(?:[a-z]{2,10}://)[a-z0-9-]{1,19}(?:\.[a-z0-9-]{1,19})*(?::[0-9]{1,5})?|~|\.{1,2}|[A-Za-z]:)?(?:/[A-Za-z0-9._-]{1,19})*/?|[a-z0-9-]{1,19}(?:\.[a-z0-9-]{1,19})+|(?:[A-Z][a-z]{1,18}){2,8}(?:Exception|Error|Failed|Failure|Denied|Expired|Providers?|Operation)|[A-Z]{2,12}(?:_[A-Z]{2,12}){1,6}|gke-gcloud-auth-plugin|aws-iam-authenticator|kubectl-oidc_login)[.:]?$", RegexOptions.CultureInvariant)]
    private static partial Regex Plain();

    // What is called a secret, however short: password=…, "token": "…", api-key: …, session=…, --client-secret …, Bearer ….
    [GeneratedRegex(@"((?:(?:password|passwd|passphrase|token|secret(?!s\b)|key|session|refresh|cookie|assertion|signature|jwt)(?![\w-]{0,40}(?:exception|error)\b)[\w-]{0,40}[""']?\s{0,8}[:=]\s{0,8}|--(?:[a-z]{1,20}-){0,4}(?:password|passphrase|token|secret|key)\s+|\bbearer\s+)(?:(?:bearer|basic)\s+)?)(?:""[^""\r\n]*""|'[^'\r\n]*'|[^\s;&]+)", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Named();

    [GeneratedRegex(@"[\s\p{Cc}]+", RegexOptions.CultureInvariant)]
    private static partial Regex Blank();
}
