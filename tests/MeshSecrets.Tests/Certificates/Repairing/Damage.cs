using System.Text;

namespace MeshSecrets.Tests.Certificates.Repairing;

/// <summary>A way in which sound PEM gets broken, and the strict reader's name for it.</summary>
/// <param name="Name">What happened to it.</param>
/// <param name="FaultId">The first fault that is found.</param>
/// <param name="Apply">Breaks one block of PEM.</param>
internal sealed record Damage(string Name, string FaultId, Func<string, byte[]> Apply)
{
    internal static IReadOnlyList<Damage> All { get; } =
    [
        new("UTF-8 byte order mark", "PemByteOrderMark", pem => [0xEF, 0xBB, 0xBF, .. Utf8(pem)]),
        new("UTF-16 with mark", "PemUtf16", pem => [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(pem)]),
        new("UTF-16 big-endian", "PemUtf16", pem => Encoding.BigEndianUnicode.GetBytes(pem)),
        new("UTF-32", "PemUtf16", pem => [.. Encoding.UTF32.GetPreamble(), .. Encoding.UTF32.GetBytes(pem)]),
        new("UTF-32 big-endian", "PemUtf16", pem => [0, 0, 0xFE, 0xFF, .. new UTF32Encoding(true, false).GetBytes(pem)]),
        Text("indented", "PemIndented", pem => "    " + pem.Replace("\n", "\n    ", StringComparison.Ordinal)),
        Text("body indented", "PemStrayCharacter", pem => pem.Replace("\nM", "\n\tM", StringComparison.Ordinal)),
        Text("quoted in a mail", "PemBeginNotAtLineStart", pem => "> " + pem.TrimEnd().Replace("\n", "\n> ", StringComparison.Ordinal) + "\n"),
        Text("behind a YAML key", "PemBeginNotAtLineStart", pem => "tls.crt: " + pem),
        Text("in quotes", "PemQuoted", pem => $"\"{pem.TrimEnd()}\"\n"),
        Text("quotes around each line", "PemQuoted", pem => string.Join(",\n", pem.TrimEnd().Split('\n').Select(line => $"  '{line}'"))),
        Text("as a JSON value", "PemLiteralNewlines", pem => $"{{\"cert\": \"{pem.Replace("/", "\\/", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)}\"}}"),
        Text("as a JSON value with \\u escapes", "PemLiteralNewlines", pem => pem.Replace("+", "\\u002B", StringComparison.Ordinal).Replace("\n", "\\r\\n", StringComparison.Ordinal)),
        Text("escaped twice", "PemLiteralNewlines", pem => pem.Replace("\n", "\\\\n", StringComparison.Ordinal)),
        Text("line breaks turned to spaces", "PemLineBreaksLost", pem => pem.Replace('\n', ' ')),
        Text("line breaks removed", "PemLineBreaksLost", pem => pem.Replace("\n", "", StringComparison.Ordinal)),
        Text("END on the last line of base64", "PemEndNotAtLineStart", pem => pem.Replace("\n-----END", "-----END", StringComparison.Ordinal)),
        Text("six hyphens", "PemBoundaryMalformed", pem => pem.Replace("-----\n", "------\n", StringComparison.Ordinal)),
        Text("four hyphens at the end", "PemBoundaryMalformed", pem => pem.Replace("-----END", "----END", StringComparison.Ordinal)),
        Text("no space in the boundary", "PemBoundaryMalformed", pem => pem.Replace("BEGIN ", "BEGIN", StringComparison.Ordinal)),
        Text("typographic dashes", "PemArmourDamaged", pem => pem.Replace("-----", "—–-", StringComparison.Ordinal)),
        Text("no hyphens at all", "PemArmourDamaged", pem => pem.Replace("-", "", StringComparison.Ordinal)),
        Text("lower-case label", "PemLabelUnknown", pem => Relabel(pem, label => label.ToLowerInvariant())),
        Text("misspelt label", "PemLabelUnknown", pem => Relabel(pem, label => label.Remove(3, 1))),
        Text("label of something else", "PemLabelWrong", pem => Relabel(pem, label => label == "PUBLIC KEY" ? "X509 CRL" : "PUBLIC KEY")),
        Text("END of another label", "PemLabelMismatch", pem => pem.Replace("END ", "END RSA ", StringComparison.Ordinal)),
        Text("BEGIN missing", "PemBeginMissing", pem => pem[(pem.IndexOf('\n', StringComparison.Ordinal) + 1)..]),
        Text("a stray END", "PemBeginMissing", pem => pem + "-----END CERTIFICATE-----\n"),
        Text("END missing", "PemEndMissing", pem => pem[..pem.IndexOf("-----END", StringComparison.Ordinal)]),
        Text("headers", "PemHeadersUnsupported", pem => pem.Insert(pem.IndexOf('\n', StringComparison.Ordinal) + 1, "X-Origin: vault\n\n")),
        Text("without armour", "PemArmourMissing", Body),
        Text("without armour, on one line", "PemArmourMissing", pem => Body(pem).Replace("\n", "", StringComparison.Ordinal)),
        Text("without armour, in quotes", "PemQuoted", pem => $"\"{Body(pem).Replace("\n", "", StringComparison.Ordinal)}\""),
        Text("PEM in base64", "PemBase64Encoded", Base64),
        Text("PEM in base64 twice", "PemDoubleBase64", pem => Base64(Base64(pem))),
        Text("DER in base64 twice", "PemDoubleBase64", pem => Base64(Body(pem))),
        Text("base64 twice in a block", "PemDoubleBase64", pem => Rebody(pem, Base64)),
        Text("PEM in a block", "PemDoubleBase64", pem => Rebody(pem, _ => Base64(pem))),
        Text("spaces within lines", "PemStrayCharacter", pem => Rebody(pem, body => body.Insert(5, " ").Insert(100, "\u00A0").Insert(150, "\u200B"))),
        Text("an exclamation mark", "PemStrayCharacter", pem => Rebody(pem, body => body.Insert(77, "!"))),
        Text("a character that became a question mark", "PemStrayCharacter", pem => Rebody(pem, body => body.Remove(77, 1).Insert(77, "?"))),
        Text("a stray character at the start", "PemStrayCharacter", pem => Rebody(pem, body => body.Insert(9, "x"))),
        Text("a line pasted twice", "PemStrayCharacter", pem => Rebody(pem, body => body.Insert(65, body[..33] + "\n"))),
    ];

    public override string ToString() => Name;

    private static Damage Text(string name, string faultId, Func<string, string> apply) => new(name, faultId, pem => Utf8(apply(pem)));

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private static string Base64(string text) => Convert.ToBase64String(Utf8(text));

    private static string Body(string pem) => string.Join('\n', pem.Split('\n').Where(line => !line.StartsWith('-'))).TrimEnd('\n');

    private static string Rebody(string pem, Func<string, string> change) => pem.Replace(Body(pem), change(Body(pem)), StringComparison.Ordinal);

    private static string Relabel(string pem, Func<string, string> change)
    {
        int start = "-----BEGIN ".Length;
        string label = pem[start..pem.IndexOf("-----\n", StringComparison.Ordinal)];
        return pem.Replace($"BEGIN {label}", $"BEGIN {change(label)}", StringComparison.Ordinal).Replace($"END {label}", $"END {change(label)}", StringComparison.Ordinal);
    }
}
