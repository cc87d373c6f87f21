using System.Buffers;
using MeshSecrets.Certificates.Reading;

namespace MeshSecrets.Certificates.Repairing;

/// <summary>Mends of base64 around material that should not be there, or of material whose PEM lines are missing.</summary>
internal static class LayerMends
{
    private static readonly SearchValues<byte> s_text =
        SearchValues.Create([(byte)'\t', (byte)'\n', (byte)'\r', .. Enumerable.Range(' ', '~' - ' ' + 1).Select(c => (byte)c)]);

    /// <summary>BEGIN and END around base64 of DER; PKCS#12 has no PEM form and becomes binary.</summary>
    internal static byte[]? PutArmourOn(ContentRepair repair)
    {
        byte[] head = Base64Text.DecodePrefix(repair.Content.Span, repair.Scratch);
        MaterialKind kind = DerShape.Identify(head) ?? MaterialKind.Certificate;
        if (kind == MaterialKind.Pkcs12)
        {
            Base64Text text = Base64Text.Read(repair.Content.Span, repair.Scratch);
            repair.IsDecodedFreely |= text.IsUrl || text.IsPaddingInside;
            return DecodeExactly(text, repair.Scratch);
        }

        string label = Boundary.LabelOf(kind);
        List<ReadOnlyMemory<byte>> lines = TextLines.Split(repair.Content).ConvertAll(line => line.Trim(" \t"u8));
        lines.RemoveAll(line => line.IsEmpty);
        return TextLines.Join([Boundary.Line(isBegin: true, label), .. lines, Boundary.Line(isBegin: false, label)], repair.Scratch);
    }

    /// <summary>Takes one layer of base64 off the whole text or off the first broken block.</summary>
    internal static byte[]? Unwrap(ContentRepair repair)
    {
        if (PemReader.HasBoundary(repair.Content.Span))
        {
            return UnwrapBlock(repair);
        }

        byte[] head = Base64Text.DecodePrefix(repair.Content.Span, repair.Scratch);
        if (DerHeader.TryRead(head, out DerHeader header) && header.Tag == Der.DerTag.Sequence && DerShape.Identify(head) is not null)
        {
            return PutArmourOn(repair);
        }

        Base64Text text = Base64Text.Read(repair.Content.Span, repair.Scratch);
        return DecodeParts(repair, repair.Content, isPaddingRight: true)
            ?? (repair.IsLosslessOnly ? null : new LayerSearch(repair).Find(text))
            ?? DecodeParts(repair, repair.Content, isPaddingRight: false);
    }

    internal static bool IsText(ReadOnlySpan<byte> bytes) => !bytes.IsEmpty && !bytes.ContainsAnyExcept(s_text);

    private static byte[]? UnwrapBlock(ContentRepair repair)
    {
        List<ReadOnlyMemory<byte>> lines = TextLines.Split(repair.Content);
        List<PemSegment> blocks = PemSegment.FindAll(lines);
        int ordinal = BodyMends.FindBroken(repair, lines, blocks);
        if (ordinal < 0 || DecodeParts(repair, TextLines.Join(blocks[ordinal].Body(lines), repair.Scratch), isPaddingRight: false) is not { } inner)
        {
            return null;
        }

        if (!PemReader.HasBoundary(inner))
        {
            return BodyMends.Replace(repair, lines, blocks[ordinal], inner);
        }

        lines.RemoveRange(blocks[ordinal].Begin, blocks[ordinal].End - blocks[ordinal].Begin + 1);
        lines.Insert(blocks[ordinal].Begin, inner);
        return TextLines.Join(lines, repair.Scratch);
    }

    /// <summary>Decodes text that lost nothing; texts that were encoded one by one and then joined are decoded one by one.</summary>
    /// <param name="repair">Takes the buffers, and the note that something was not as it should be.</param>
    /// <param name="content">The text.</param>
    /// <param name="isPaddingRight">Whether padding must fit if there is any: else a character before it may be the stray one.</param>
    private static byte[]? DecodeParts(ContentRepair repair, ReadOnlyMemory<byte> content, bool isPaddingRight)
    {
        Scratch scratch = repair.Scratch;
        List<byte[]> decoded = [];
        bool isFree = false;
        ReadOnlySpan<byte> rest = content.Span;
        while (!rest.IsEmpty)
        {
            int end = rest.IndexOf((byte)'=');
            Base64Text part = Base64Text.Read(end < 0 ? rest : rest[..end], scratch);
            int before = rest.Length;
            rest = end < 0 ? default : rest[end..].TrimStart("="u8);
            int padding = end < 0 ? 0 : before - end - rest.Length;
            rest = rest.TrimStart(" \t\r\n"u8);
            bool isPaddingWrong = padding > 0 && (part.Characters.Length + padding) % 4 != 0;
            isFree |= isPaddingWrong || part.IsUrl;
            if ((isPaddingRight && isPaddingWrong) || part.Foreign > 0 || DecodeExactly(part, scratch) is not { } bytes || !LooksWhole(bytes))
            {
                return null;
            }

            decoded.Add(bytes);
        }

        byte[] all = scratch.New(decoded.Sum(bytes => bytes.Length));
        int offset = 0;
        foreach (byte[] bytes in decoded)
        {
            bytes.CopyTo(all, offset);
            offset += bytes.Length;
        }

        repair.IsDecodedFreely |= isFree;
        return all.Length > 0 ? all : null;
    }

    /// <summary>Text, with or without a mark of its encoding.</summary>
    private static bool LooksWhole(ReadOnlySpan<byte> bytes) =>
        IsText(bytes) || bytes is [0xEF, 0xBB, 0xBF, ..] or [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] || PemReader.HasBoundary(bytes[..Math.Min(bytes.Length, 16)]);

    private static byte[]? DecodeExactly(Base64Text text, Scratch scratch)
    {
        int length = Base64Text.DecodedLength(text.Characters.Length);
        if (length <= 0 || text.Foreign > 0)
        {
            return null;
        }

        byte[] bytes = scratch.New(length);
        return Base64Text.Decode(text.Characters, bytes) ? bytes : null;
    }
}
