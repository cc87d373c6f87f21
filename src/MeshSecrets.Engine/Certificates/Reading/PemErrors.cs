using System.Globalization;
using System.Text;

namespace MeshSecrets.Certificates.Reading;

/// <summary>Where the errors about the text form of material are born. None quotes what stands inside a block.</summary>
internal static class PemErrors
{
    internal static MeshException ByteOrderMark(string source) => Error(
        "PemByteOrderMark",
        new(source, 1, 1),
        "the text begins with a UTF-8 byte order mark, which OpenSSL and Go do not skip. Save the file as UTF-8 without BOM (in PowerShell: Set-Content -Encoding utf8NoBOM).");

    internal static MeshException Utf16(string source) => Error(
        "PemUtf16",
        new(source),
        "the text is encoded in UTF-16 or UTF-32, as Windows PowerShell's '>' writes it. Save it as UTF-8 without BOM (in PowerShell: Set-Content -Encoding utf8NoBOM).");

    internal static MeshException BeginMissing(SourcePlace place) => Error(
        "PemBeginMissing",
        place,
        "an END line without a BEGIN line before it: the start of the block is missing. Copy the block anew, from -----BEGIN to -----END.");

    internal static MeshException EndMissing(SourcePlace begin, string label, SourcePlace? next) => Error(
        "PemEndMissing",
        begin,
        next is { } other
            ? $"the block '{label}' is not ended before the next one begins in line {other.Line}. Add its END line, or copy the block anew if its end is lost."
            : $"the block '{label}' has no END line: the text was cut short. Copy the block anew, from -----BEGIN to -----END.");

    internal static MeshException BlocksJoined(SourcePlace place) => Error(
        "PemBlocksJoined",
        place,
        "the next block begins on the END line of the one before: a newline between the two is missing, and most software then ignores one or both. It happens when a file without a final newline is joined to another; put a line break here.");

    internal static MeshException LabelMismatch(SourcePlace place, int beginLine, string label, string found) => Error(
        "PemLabelMismatch",
        place,
        $"the block that begins as '{label}' in line {beginLine} ends as '{found}'. Parts of two blocks were probably joined; copy each anew.");

    internal static MeshException LabelUnknown(SourcePlace place, string label) => Error(
        "PemLabelUnknown",
        place,
        $"a block '{label}' cannot be used here. Expected are CERTIFICATE, CERTIFICATE REQUEST, PRIVATE KEY, ENCRYPTED PRIVATE KEY, EC PRIVATE KEY, RSA PRIVATE KEY, PUBLIC KEY, X509 CRL or PKCS7, in capitals.");

    internal static MeshException TrustedCertificate(SourcePlace place) => Error(
        "TrustedCertificateUnsupported",
        place,
        "a TRUSTED CERTIFICATE is OpenSSL's own form, with trust settings behind the certificate. Convert it: openssl x509 -in <file> -out <new file>.");

    internal static MeshException OpenSshKey(SourcePlace place) => Error(
        "OpenSshKeyUnsupported",
        place,
        "a private key in OpenSSH's own form. Convert a copy of it: ssh-keygen -p -m PKCS8 -f <copy>.");

    internal static MeshException LegacyEncryption(SourcePlace place) => Error(
        "PemLegacyEncryption",
        place,
        "the key is encrypted in the old OpenSSL way (Proc-Type: 4,ENCRYPTED), which derives its key by a single MD5. Convert it: openssl pkcs8 -topk8 -in <file> -out <new file>.");

    internal static MeshException HeadersUnsupported(SourcePlace place) => Error(
        "PemHeadersUnsupported",
        place,
        "header lines inside a block, which RFC 7468 does not allow. Remove them, or move them before the BEGIN line.");

    internal static MeshException BlockEmpty(SourcePlace begin, string label, int endLine) => Error(
        "PemBlockEmpty",
        begin,
        $"the block '{label}' is empty: nothing stands between this line and its END in line {endLine}. Copy it anew from where it was made.");

    internal static MeshException Indented(SourcePlace place) => Error(
        "PemIndented",
        place,
        "the BEGIN line is indented, as a block copied from YAML is. Remove the whitespace at the start of its lines.");

    internal static MeshException Quoted(SourcePlace place) => Error(
        "PemQuoted",
        place,
        "the text is in quotes, as a value copied from JSON, YAML or a shell is. Remove the quotes.");

    internal static MeshException LiteralNewlines(SourcePlace place) => Error(
        "PemLiteralNewlines",
        place,
        @"the characters '\n' stand where line breaks belong, as in a value copied from JSON. Turn each into a line break (in PowerShell: $text -replace '\\n', ""`n"").");

    internal static MeshException LineBreaksLost(SourcePlace place) => Error(
        "PemLineBreaksLost",
        place,
        "the line breaks of the block are lost: its content follows on the BEGIN line. Put a line break after the BEGIN boundary and before the END boundary; an unquoted variable in a shell often is the cause.");

    internal static MeshException BeginNotAtLineStart(SourcePlace place) => Error(
        "PemBeginNotAtLineStart",
        place,
        "other text stands before -----BEGIN on its line, so that most software overlooks the block. Put a line break before it.");

    internal static MeshException EndNotAtLineStart(SourcePlace place) => Error(
        "PemEndNotAtLineStart",
        place,
        "-----END does not begin its line, so that most software does not see the end of the block. Put a line break before it.");

    internal static MeshException BoundaryMalformed(SourcePlace place, string boundary) => Error(
        "PemBoundaryMalformed",
        place,
        $"the {boundary} line is not -----{boundary} <LABEL>----- with five hyphens on either side and nothing else. Correct the line.");

    internal static MeshException PaddingMisplaced(SourcePlace place) => Error(
        "PemPaddingMisplaced",
        place,
        "base64 goes on after '=', which can only stand at its end: two texts were joined, or lines are out of order. Copy the block anew.");

    internal static MeshException PaddingWrong(SourcePlace place, string label, string detail) => Error(
        "PemPaddingWrong",
        place,
        $"the base64 of the block '{label}' does not end properly: {detail}. A character was lost, added or altered; copy the block anew.");

    internal static MeshException CharactersTooMany(SourcePlace place, string label, long count, long expected) => Error(
        "PemStrayCharacter",
        place,
        $"the block '{label}' has {Characters(count)} too many: by its own length field it has {expected} of base64 before the padding. A stray character stands at its end here, or earlier in the block; remove it, or copy the block anew.");

    internal static MeshException CharactersMissing(SourcePlace place, string label, long count, long expected) => Error(
        "PemTruncated",
        place,
        $"the block '{label}' is {Characters(count)} short: by its own length field it has {expected} of base64. Its end or a part of it is lost; copy the block anew.");

    internal static MeshException StrayCharacter(SourcePlace place, string label, Rune? found) => Error(
        "PemStrayCharacter",
        place,
        $"{(found is { } rune ? Name(rune) : "a character")} in the block '{label}' does not belong to base64. Remove it, or copy the block anew.");

    internal static MeshException ArmourDamaged(SourcePlace place) => Error(
        "PemArmourDamaged",
        place,
        "a BEGIN line without its five hyphens on either side; word processors and chats turn them into dashes. It must read -----BEGIN <LABEL>-----.");

    internal static MeshException ArmourMissing(string source, string found) => Error(
        "PemArmourMissing",
        new(source),
        $"base64 without armour; it decodes to {found}. Put the line -----BEGIN <LABEL>----- before it and -----END <LABEL>----- after it, in lines of 64 characters.");

    internal static MeshException PemInBase64(string source) => Error(
        "PemBase64Encoded",
        new(source),
        "a PEM text that is still encoded in base64, as the data of a Kubernetes Secret is. Decode it once (base64 -d).");

    internal static MeshException DoubleBase64(SourcePlace place) => Error(
        "PemDoubleBase64",
        place,
        "the content is encoded in base64 twice. Decode it once more where it was made, or leave one encoding out.");

    private static string Characters(long count) => count == 1 ? "1 character" : string.Create(CultureInfo.InvariantCulture, $"{count} characters");

    private static string Name(Rune rune)
    {
        string code = string.Create(CultureInfo.InvariantCulture, $"U+{rune.Value:X4}");
        return rune.Value switch
        {
            ' ' => "a space",
            '\t' => "a tab",
            '-' or '_' => $"'{(char)rune.Value}' (as in base64url)",
            > ' ' and < 0x7F => $"'{rune}' ({code})",
            _ => $"the character {code}",
        };
    }

    private static MeshException Error(string id, SourcePlace place, string what) =>
        new(id, MeshErrorKind.InvalidData, $"{place}: {what}", place.Source);
}
