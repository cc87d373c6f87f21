using System.Collections.Frozen;

namespace MeshSecrets.Certificates.Repairing;

/// <summary>
/// Which fault of the strict reader is mended by what. A fault that is not in the table cannot be mended: what was cut
/// off is gone, an HTML page holds no key, and another system's format is converted by that system's tool.
/// </summary>
internal static class MendTable
{
    private static readonly FrozenDictionary<string, Mend> s_mends = new Dictionary<string, Mend>
    {
        ["PemByteOrderMark"] = new("Take the byte order mark away", EncodingMends.TakeMarkAway),
        ["PemUtf16"] = new("Turn the text into UTF-8", EncodingMends.ToUtf8, IsDecoding: true),
        ["PemLiteralNewlines"] = new("Turn each '\\n' into a line break", EncodingMends.Unescape, IsDecoding: true),
        ["PemQuoted"] = new("Take the quotes away", Lines(LineMends.TakeQuotesAway)),
        ["PemIndented"] = new("Take the indentation away", Lines(LineMends.TakeIndentationAway)),
        ["PemBeginNotAtLineStart"] = new("Take what stands before each line away, or put a line break before BEGIN", Lines(LineMends.SetBeginApart)),
        ["PemEndNotAtLineStart"] = new("Put a line break before END", Lines(LineMends.SetBoundariesApart)),
        ["PemBlocksJoined"] = new("Put a line break between the blocks", Lines(LineMends.SetBoundariesApart)),
        ["PemLineBreaksLost"] = new("Put the line breaks back", Lines(LineMends.SetBoundariesApart)),
        ["PemBoundaryMalformed"] = new("Write the boundary with five hyphens on either side", Lines(LineMends.WriteBoundariesAnew)),
        ["PemArmourDamaged"] = new("Write the boundaries with five hyphens on either side", Lines(LineMends.WriteBoundariesAnew)),
        ["PemHeadersUnsupported"] = new("Take the header lines away", Lines(LineMends.TakeHeadersAway)),
        ["PemBeginMissing"] = new("Put the missing BEGIN line back, or take the stray END line away", BlockMends.PutBeginBack),
        ["PemEndMissing"] = new("Put the missing END line back", BlockMends.PutEndBack),
        ["PemLabelUnknown"] = new("Give the block the label of what it holds", BlockMends.LabelByContent),
        ["PemLabelMismatch"] = new("Give the block the label of what it holds", BlockMends.LabelByContent),
        ["PemLabelWrong"] = new("Give the block the label of what it holds", BlockMends.LabelByContent),
        ["TrustedCertificateUnsupported"] = new("Give the block the label of what it holds", BlockMends.LabelByContent),
        ["PemStrayCharacter"] = new("Take out what does not belong there", BodyMends.Mend),
        ["PemPaddingWrong"] = new("Give the base64 its right end", BodyMends.Mend),
        ["PemPaddingMisplaced"] = new("Put the '=' or the END line where it belongs", BodyMends.Mend),
        ["PemTruncated"] = new("Take a stray character out of the length field", BodyMends.Mend),
        ["PemDoubleBase64"] = new("Decode it once more", LayerMends.Unwrap, IsDecoding: true),
        ["PemBase64Encoded"] = new("Decode it once", LayerMends.Unwrap, IsDecoding: true),
        ["PemArmourMissing"] = new("Put the BEGIN and END lines around it", LayerMends.PutArmourOn),
        ["MaterialUnrecognized"] = new("Decode it, without the stray character", LayerMends.Unwrap, IsDecoding: true),
        ["DerTrailingBytes"] = new("Take the stray bytes away", BodyMends.Mend),
        ["DerIndefiniteLength"] = new("Write it in DER, with definite lengths", BerMends.ToDer),
        ["DerTruncated"] = new("Take a stray character out of the length field", BodyMends.Mend),
        ["DerUnrecognized"] = new("Take a stray character out of the length field", BodyMends.Mend),
    }.ToFrozenDictionary();

    internal static Mend? Find(string errorId) => s_mends.GetValueOrDefault(errorId);

    private static Func<ContentRepair, byte[]?> Lines(Func<List<ReadOnlyMemory<byte>>, List<ReadOnlyMemory<byte>>> change) =>
        repair => TextLines.Join(change(TextLines.Split(repair.Content)), repair.Scratch);
}
