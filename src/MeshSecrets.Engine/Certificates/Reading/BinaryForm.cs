using System.Buffers;
using MeshSecrets.Certificates.Der;

namespace MeshSecrets.Certificates.Reading;

/// <summary>Tells text from binary content, and names binary forms that cannot be read.</summary>
internal static class BinaryForm
{
    private static readonly SearchValues<byte> s_controls =
        SearchValues.Create([0, 1, 2, 3, 4, 5, 6, 7, 8, 0x0E, 0x0F, 0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18, 0x19, 0x1A, 0x1C, 0x1D, 0x1E, 0x1F, 0x7F]);

    /// <summary>
    /// Whether it is text. Each structure that is read has small integers and lengths in its first bytes, and so a
    /// control character; the explanatory text between PEM blocks may be in any encoding.
    /// </summary>
    internal static bool IsText(ReadOnlySpan<byte> bytes) =>
        !bytes[..Math.Min(bytes.Length, 512)].ContainsAny(s_controls) && bytes is not [DerTag.Sequence, >= 0x80, ..];

    /// <summary>Refuses by name what other tools write.</summary>
    internal static void ThrowIfForeign(ReadOnlySpan<byte> bytes, string source)
    {
        switch (bytes)
        {
            case [0xFE, 0xED, 0xFE, 0xED, ..] or [0xCE, 0xCE, 0xCE, 0xCE, ..]:
                throw ReadErrors.JavaKeyStore(source);
            case [0x50, 0x4B, 0x03, 0x04, ..]:
                throw ReadErrors.Unrecognized(source, "a ZIP archive");
            case [0x1F, 0x8B, ..]:
                throw ReadErrors.Unrecognized(source, "gzip-compressed data");
            case [not DerTag.Sequence, ..]:
                throw ReadErrors.Unrecognized(source, "binary data of another kind");
        }
    }
}
