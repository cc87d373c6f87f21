using System.Text;

namespace MeshSecrets.Tests.Certificates.Reading;

/// <summary>The table of broken inputs.</summary>
internal static partial class BrokenInputs
{
    private static TestMaterial M => TestMaterial.Shared;

    private static string[] LeafLines => M.LeafPem.TrimEnd('\n').Split('\n');

    internal static IReadOnlyList<BrokenInput> All { get; } = [.. Text(), .. Boundaries(), .. Base64(), .. Binary(), .. WrongKind(), .. Documents()];

    private static IEnumerable<BrokenInput> Text()
    {
        string leaf = M.LeafPem;
        string flat = Convert.ToBase64String(M.Leaf.RawData);
        yield return new("empty file", "", "MaterialEmpty", "site.pem is empty", "make it anew");
        yield return new("whitespace only", " \r\n\t\n", "MaterialEmpty", "whitespace");
        yield return new("UTF-8 byte order mark", [0xEF, 0xBB, 0xBF, .. TestMaterial.Bytes(leaf)], "PemByteOrderMark", "line 1, column 1", "utf8NoBOM");
        yield return new("UTF-16 LE with mark", [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(leaf)], "PemUtf16", "UTF-16", "utf8NoBOM");
        yield return new("UTF-16 BE with mark", [.. Encoding.BigEndianUnicode.GetPreamble(), .. Encoding.BigEndianUnicode.GetBytes(leaf)], "PemUtf16", "UTF-16");
        yield return new("UTF-16 LE without mark", Encoding.Unicode.GetBytes(leaf), "PemUtf16", "UTF-16");
        yield return new("UTF-16 BE without mark", Encoding.BigEndianUnicode.GetBytes(leaf), "PemUtf16", "UTF-16");
        yield return new("UTF-32 with mark", [.. Encoding.UTF32.GetPreamble(), .. Encoding.UTF32.GetBytes(leaf)], "PemUtf16", "UTF-32");
        yield return new("HTML page", "<!DOCTYPE html><html><body>Sign in</body></html>", "MaterialIsHtml", "HTML", "login");
        yield return new("plain prose", "please see the wiki for the certificate\n", "MaterialUnrecognized", "text of another kind");
        yield return new("OpenSSH public key", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAA me@host\n", "MaterialUnrecognized", "OpenSSH");
        yield return new("base64 of a certificate without armour", flat, "PemArmourMissing", "decodes to a certificate.", "-----BEGIN <LABEL>-----");
        yield return new("base64 of a request without armour", Convert.ToBase64String(M.Request, Base64FormattingOptions.InsertLineBreaks), "PemArmourMissing", "a certificate request (CSR)");
        yield return new("base64 of a key without armour", Convert.ToBase64String(M.EcKey.ExportPkcs8PrivateKey()), "PemArmourMissing", "a private key (PKCS#8)");
        yield return new("base64 of a SEC 1 key without armour", Convert.ToBase64String(M.EcKey.ExportECPrivateKey()), "PemArmourMissing", "an EC private key");
        yield return new("PEM inside base64", Convert.ToBase64String(TestMaterial.Bytes(leaf)), "PemBase64Encoded", "base64 -d");
        yield return new("PEM inside base64 twice", Twice(Convert.ToBase64String(TestMaterial.Bytes(leaf))), "PemDoubleBase64", "twice");
        yield return new("DER inside base64 twice", Twice(flat), "PemDoubleBase64", "twice");
        yield return new("base64 of DER in quotes", $"\"{flat}\"", "PemQuoted", "line 1, column 1", "quotes");
        yield return new("armour with four hyphens", leaf.Replace("-----", "----", StringComparison.Ordinal), "PemArmourDamaged", "line 1", "five hyphens");
        yield return new("armour with typographic dashes", leaf.Replace("-----", "—–", StringComparison.Ordinal), "PemArmourDamaged", "line 1");
    }

    private static IEnumerable<BrokenInput> Boundaries()
    {
        string leaf = M.LeafPem;
        string[] lines = LeafLines;
        int last = lines.Length;
        string body = string.Join('\n', lines[1..^1]);
        yield return new("two blocks without newline", leaf.TrimEnd() + M.RootPem, "PemBlocksJoined", $"line {last}, column 26", "line break");
        yield return new("END missing at the end of the text", string.Join('\n', lines[..^1]), "PemEndMissing", "line 1", "cut short");
        yield return new("END missing before the next block", string.Join('\n', lines[..^1]) + "\n" + M.RootPem, "PemEndMissing", "line 1", $"in line {last}");
        yield return new("BEGIN missing", string.Join('\n', lines[1..]), "PemBeginMissing", $"line {last - 1}, column 1");
        yield return new("stray END after a block", leaf + "-----END CERTIFICATE-----\n", "PemBeginMissing", $"line {last + 1}");
        yield return new("END of another label", leaf.Replace("END CERTIFICATE", "END PRIVATE KEY", StringComparison.Ordinal), "PemLabelMismatch", $"line {last}", "'CERTIFICATE' in line 1", "'PRIVATE KEY'");
        yield return new("empty block", "text\n-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n", "PemBlockEmpty", "line 2", "line 3");
        yield return new("blank block", "-----BEGIN PRIVATE KEY-----\n\n \n-----END PRIVATE KEY-----\n", "PemBlockEmpty", "line 1", "line 4");
        yield return new("indented as in YAML", "  " + leaf.Replace("\n", "\n  ", StringComparison.Ordinal), "PemIndented", "line 1, column 3", "whitespace");
        yield return new("a YAML key before BEGIN", "tls.crt: " + leaf, "PemBeginNotAtLineStart", "line 1, column 10", "line break");
        yield return new("quotes around", $"\"{leaf.TrimEnd()}\"\n", "PemQuoted", "line 1, column 1");
        yield return new("quote at the end", leaf.TrimEnd() + "\"\n", "PemQuoted", $"line {last}, column 26");
        yield return new("literal \\n", leaf.Replace("\n", "\\n", StringComparison.Ordinal), "PemLiteralNewlines", "line 1, column 28", "-replace");
        yield return new("literal \\n in the body", $"{lines[0]}\n{body.Replace("\n", "\\n", StringComparison.Ordinal)}\n{lines[^1]}\n", "PemLiteralNewlines", "line 2, column 65");
        yield return new("line breaks turned to spaces", leaf.Replace('\n', ' '), "PemLineBreaksLost", "line 1, column 28");
        yield return new("line breaks removed", leaf.Replace("\n", "", StringComparison.Ordinal), "PemLineBreaksLost", "line 1, column 28");
        yield return new("base64 on the BEGIN line", $"{lines[0]}{body}\n{lines[^1]}\n", "PemLineBreaksLost", "line 1, column 28");
        yield return new("END on the last base64 line", $"{lines[0]}\n{body}{lines[^1]}\n", "PemEndNotAtLineStart", $"line {last - 1}");
        yield return new("four hyphens after BEGIN", leaf.Replace("BEGIN CERTIFICATE-----", "BEGIN CERTIFICATE----", StringComparison.Ordinal), "PemBoundaryMalformed", "line 1, column 1", "BEGIN line");
        yield return new("six hyphens before BEGIN", "-" + leaf, "PemBoundaryMalformed", "line 1, column 1");
        yield return new("six hyphens after BEGIN", leaf.Replace("BEGIN CERTIFICATE-----", "BEGIN CERTIFICATE------", StringComparison.Ordinal), "PemBoundaryMalformed", "line 1, column 28");
        yield return new("four hyphens before END", leaf.Replace("-----END", "----END", StringComparison.Ordinal), "PemBoundaryMalformed", $"line {last}", "END line");
        yield return new("four hyphens after END", leaf.Replace("END CERTIFICATE-----", "END CERTIFICATE----", StringComparison.Ordinal), "PemBoundaryMalformed", $"line {last}");
        yield return new("no space after BEGIN", leaf.Replace("BEGIN ", "BEGIN", StringComparison.Ordinal), "PemBoundaryMalformed", "line 1");
        yield return new("text after END", leaf.TrimEnd() + "x\n", "PemBoundaryMalformed", $"line {last}, column 26");
        yield return new("lower-case label", leaf.Replace("CERTIFICATE", "certificate", StringComparison.Ordinal), "PemLabelUnknown", "line 1", "'certificate'", "in capitals");
        yield return new("PGP key", "-----BEGIN PGP PUBLIC KEY BLOCK-----\nAAAA\n-----END PGP PUBLIC KEY BLOCK-----\n", "PemLabelUnknown", "line 1", "PGP");
        yield return new("OpenSSL's trusted certificate", leaf.Replace("CERTIFICATE", "TRUSTED CERTIFICATE", StringComparison.Ordinal), "TrustedCertificateUnsupported", "line 1", "openssl x509");
        yield return new("OpenSSH private key", "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEA\n-----END OPENSSH PRIVATE KEY-----\n", "OpenSshKeyUnsupported", "ssh-keygen -p -m PKCS8");
        yield return new("legacy encryption", $"-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00112233445566778899AABBCCDDEEFF\n\n{body}\n-----END RSA PRIVATE KEY-----\n", "PemLegacyEncryption", "line 2", "openssl pkcs8 -topk8");
        yield return new("headers inside a block", $"{lines[0]}\nSubject: leaf\n\n{body}\n{lines[^1]}\n", "PemHeadersUnsupported", "line 2");
        yield return new("EC parameters alone", "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n", "MaterialUnrecognized", "parameters");
    }

    private static string Twice(string text) => Convert.ToBase64String(TestMaterial.Bytes(text));

    /// <summary>A PEM text with one line changed (counted from 1).</summary>
    private static string Change(string pem, int line, Func<string, string> change)
    {
        string[] lines = pem.Split('\n');
        lines[line - 1] = change(lines[line - 1]);
        return string.Join('\n', lines);
    }
}
