using MeshSecrets.Certificates.Reading;

namespace MeshSecrets.Certificates.Repairing;

/// <summary>Tells without an exception whether bytes can be DER at all: of a thousand candidates nearly all cannot.</summary>
internal static class DerTree
{
    private const int MaxDepth = 32;

    /// <summary>Whether the bytes are one element, and the elements in each constructed one fill it exactly.</summary>
    internal static bool IsWhole(ReadOnlySpan<byte> der, int depth = MaxDepth)
    {
        if (!DerHeader.TryRead(der, out DerHeader header) || header.TotalLength != der.Length)
        {
            return false;
        }

        return (header.Tag & 0x20) == 0 || (depth > 0 && AreWhole(der[header.HeaderLength..], depth - 1));
    }

    /// <summary>Whether a PKCS#8 structure has whole DER in its OCTET STRING, too (version, algorithm, key).</summary>
    internal static bool IsWholeKey(ReadOnlySpan<byte> pkcs8)
    {
        ReadOnlySpan<byte> rest = DerHeader.TryRead(pkcs8, out DerHeader outer) ? pkcs8[outer.HeaderLength..] : default;
        for (int i = 0; i < 2 && DerHeader.TryRead(rest, out DerHeader skipped) && skipped.TotalLength <= rest.Length; i++)
        {
            rest = rest[(int)skipped.TotalLength..];
        }

        return DerHeader.TryRead(rest, out DerHeader key) && key.TotalLength <= rest.Length && IsWhole(rest[key.HeaderLength..(int)key.TotalLength]);
    }

    private static bool AreWhole(ReadOnlySpan<byte> content, int depth)
    {
        while (!content.IsEmpty)
        {
            if (!DerHeader.TryRead(content, out DerHeader header) || header.TotalLength is not { } total || total > content.Length || !IsWhole(content[..(int)total], depth))
            {
                return false;
            }

            content = content[(int)total..];
        }

        return true;
    }
}
