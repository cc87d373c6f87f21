using MeshSecrets.Certificates.Reading;
using MeshSecrets.Certificates.Writing;

namespace MeshSecrets.Certificates.Repairing;

/// <summary>Takes apart what was joined without a boundary between: certificates of a chain in one block or binary file.</summary>
internal static class JoinedMaterial
{
    /// <summary>The parts of base64 texts that were joined, each perhaps with padding of its own; <see langword="null"/> if there are not several, or something is left over.</summary>
    internal static List<Candidate>? SplitText(Base64Text text, Scratch scratch)
    {
        byte[] whole = scratch.New(Math.Max(0, Base64Text.DecodedLength(text.Characters.Length)));
        return SplitCharacters(text.Characters, scratch) ?? (Base64Text.Decode(text.Characters, whole) ? SplitBytes(whole, scratch) : null);
    }

    /// <summary>The parts of DER that was joined; <see langword="null"/> as for <see cref="SplitText"/>.</summary>
    internal static List<Candidate>? SplitBytes(ReadOnlyMemory<byte> bytes, Scratch scratch)
    {
        List<Candidate> parts = [];
        while (!bytes.IsEmpty)
        {
            if (!DerHeader.TryRead(bytes.Span, out DerHeader header) || header.TotalLength is not { } length || length > bytes.Length
                || !TryAdd(parts, scratch.Keep(bytes[..(int)length].ToArray())))
            {
                return null;
            }

            bytes = bytes[(int)length..];
        }

        return parts.Count > 1 ? parts : null;
    }

    internal static byte[] ToPem(IReadOnlyList<Candidate> parts, Scratch scratch)
    {
        byte[][] blocks = [.. parts.Select(part => scratch.Keep(PemWriter.Encode(part.Kind, part.Der)))];
        byte[] text = scratch.New(blocks.Sum(block => block.Length));
        int offset = 0;
        foreach (byte[] block in blocks)
        {
            block.CopyTo(text, offset);
            offset += block.Length;
        }

        return text;
    }

    private static List<Candidate>? SplitCharacters(ReadOnlySpan<byte> rest, Scratch scratch)
    {
        List<Candidate> parts = [];
        while (!rest.IsEmpty)
        {
            if (Base64Text.ExpectedLength(rest) is not { } length || length > rest.Length)
            {
                return null;
            }

            byte[] der = scratch.New(Math.Max(0, Base64Text.DecodedLength(length)));
            if (!Base64Text.Decode(rest[..length], der) || !TryAdd(parts, der))
            {
                return null;
            }

            rest = rest[length..];
        }

        return parts.Count > 1 ? parts : null;
    }

    private static bool TryAdd(List<Candidate> parts, byte[] der)
    {
        if (!DerTree.IsWhole(der) || DerShape.Identify(der) is not { } kind || kind == MaterialKind.Pkcs12)
        {
            return false;
        }

        parts.Add(new(kind, der));
        return true;
    }
}
