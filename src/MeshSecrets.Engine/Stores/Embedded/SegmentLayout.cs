using System.Buffers.Binary;

namespace MeshSecrets.Stores.Embedded;

/// <summary>
/// The parts of a segment file: a header (magic, store, range); the sealed payloads; the sealed blocks of the
/// directory; the sealed footer; a trailer (footer's length, magic). Every byte is either authenticated or compared.
/// </summary>
internal static class SegmentLayout
{
    internal const int HeaderLength = 8 + StoreId.Length + 16;
    internal const int TrailerLength = 4 + 8;

    /// <summary>Where a block is closed. Small, so that reading one secret decrypts little; a single larger entry has a block of its own.</summary>
    internal const int BlockLength = 16 * 1024;

    private const int AssociatedLength = StoreId.Length + 16 + SegmentFooter.LinkLength + 4;

    internal static ReadOnlySpan<byte> HeaderMagic => "MESHSEG1"u8;

    internal static ReadOnlySpan<byte> TrailerMagic => "1GESHSEM"u8;

    internal static byte[] Header(StoreId store, SegmentRange range)
    {
        byte[] header = new byte[HeaderLength];
        HeaderMagic.CopyTo(header);
        store.CopyTo(header.AsSpan(8));
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(8 + StoreId.Length), range.First);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(16 + StoreId.Length), range.Last);
        return header;
    }

    /// <summary>What a block is bound to: the store, the commits, the file and its place in it.</summary>
    internal static byte[] BlockAssociated(StoreId store, SegmentRange range, byte[] fileId, int index)
    {
        byte[] associated = new byte[AssociatedLength];
        Header(store, range).AsSpan(8).CopyTo(associated);
        fileId.CopyTo(associated, StoreId.Length + 16);
        SetBlockIndex(associated, index);
        return associated;
    }

    internal static void SetBlockIndex(byte[] associated, int index) =>
        BinaryPrimitives.WriteInt32LittleEndian(associated.AsSpan(AssociatedLength - 4), index);

    /// <summary>What a footer is bound to; shorter than that of a block, so neither passes for the other.</summary>
    internal static byte[] FooterAssociated(StoreId store, SegmentRange range) => Header(store, range);
}
