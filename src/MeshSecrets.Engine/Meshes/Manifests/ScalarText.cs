using System.Buffers;
using System.Text.RegularExpressions;

namespace MeshSecrets.Meshes.Manifests;

/// <summary>
/// What YAML takes an unquoted scalar for. Versions 1.1 and 1.2 disagree, and so do parsers: what either takes for
/// something else than a string is none (https://yaml.org/type, https://yaml.org/spec/1.2.2 §10.3.2).
/// </summary>
internal static partial class ScalarText
{
    /// <summary>Longer ones are no number, boolean or date.</summary>
    private const int MaxOther = 400;

    private static readonly HashSet<string> s_booleans = new(StringComparer.OrdinalIgnoreCase) { "y", "n", "yes", "no", "on", "off", "true", "false" };

    /// <summary>Of these alone consist numbers of all bases and forms, dates and times.</summary>
    private static readonly SearchValues<char> s_numeric = SearchValues.Create("0123456789abcdefABCDEFxXoOinINFf+-_.:TtZz ");

    /// <summary>Whether an unquoted scalar is null.</summary>
    internal static bool IsNull(string text) => text is "" or "~" or "null" or "Null" or "NULL";

    /// <summary>Whether some parser takes an unquoted scalar for a boolean.</summary>
    internal static bool IsBoolean(string text) => text.Length <= 5 && s_booleans.Contains(text);

    /// <summary>Whether some parser takes an unquoted scalar for a number.</summary>
    internal static bool IsNumber(string text) => text.Length <= MaxOther && MightBeNumeric(text) && Number.IsMatch(text);

    /// <summary>Whether every parser takes an unquoted scalar for a string, a date aside, which JSON writes as one.</summary>
    internal static bool IsString(string text) => !IsNull(text) && !IsBoolean(text) && !IsNumber(text);

    /// <summary>Whether an unquoted scalar might be anything but a string, if only to a parser of its own kind.</summary>
    internal static bool IsOther(string text) => IsNull(text) || IsBoolean(text) || text is "=" or "<<" || MightBeNumeric(text);

    /// <summary>Whether an unquoted scalar is a number as JSON writes it.</summary>
    internal static bool IsJsonNumber(string text) => text.Length <= MaxOther && JsonNumber.IsMatch(text);

    /// <summary>Refuses half characters, which no UTF-8 can hold.</summary>
    /// <exception cref="MeshException"><c>ManifestTextInvalid</c>.</exception>
    internal static void EnsureUnicode(ReadOnlySpan<char> text)
    {
        int at = text.IndexOfAnyInRange('\uD800', '\uDFFF');
        while (at >= 0)
        {
            if (!char.IsHighSurrogate(text[at]) || at + 1 == text.Length || !char.IsLowSurrogate(text[at + 1]))
            {
                throw ManifestErrors.TextInvalid();
            }

            text = text[(at + 2)..];
            at = text.IndexOfAnyInRange('\uD800', '\uDFFF');
        }
    }

    private static bool MightBeNumeric(string text) =>
        text.Length > 0
        && (char.IsAsciiDigit(text[0]) || (text[0] is '+' or '-' or '.' && text.Length > 1))
        && !text.AsSpan().ContainsAnyExcept(s_numeric);

    [GeneratedRegex(@"^[-+]?(0[bB][01_]+|0[oO]?[0-7_]+|0[xX][0-9a-fA-F_]+|[0-9][0-9_]*(:[0-5]?[0-9])*(\.[0-9_]*)?([eE][-+]?[0-9]+)?|\.[0-9][0-9_]*([eE][-+]?[0-9]+)?|\.(inf|Inf|INF)|\.(nan|NaN|NAN))\z", RegexOptions.CultureInvariant)]
    private static partial Regex Number { get; }

    [GeneratedRegex(@"^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex JsonNumber { get; }
}
