using System.Buffers.Binary;
using System.Text;

namespace MeshSecrets.Stores.Embedded;

/// <summary>Reads what <see cref="RecordWriter"/> wrote. Bytes are authenticated before they come here, so a misfit is a defect or an unknown format.</summary>
internal ref struct RecordReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    internal readonly int Remaining => _rest.Length;

    internal byte Byte() => Take(1)[0];

    internal int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Take(4));

    internal long Int64() => BinaryPrimitives.ReadInt64LittleEndian(Take(8));

    internal ReadOnlySpan<byte> Bytes(int count) => Take(count);

    internal int Count()
    {
        uint value = 0;
        for (int shift = 0; shift < 35; shift += 7)
        {
            byte part = Byte();
            value |= (uint)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return checked((int)value);
            }
        }

        throw new InvalidDataException("A count is longer than five bytes.");
    }

    internal string? OptionalText(TextPool? pool = null)
    {
        int length = Count();
        if (length == 0)
        {
            return null;
        }

        ReadOnlySpan<byte> utf8 = Take(length - 1);
        return pool is null ? Encoding.UTF8.GetString(utf8) : pool.Get(utf8);
    }

    internal string Text(TextPool? pool = null) =>
        OptionalText(pool) ?? throw new InvalidDataException("A text is missing.");

    private ReadOnlySpan<byte> Take(int count)
    {
        if ((uint)count > (uint)_rest.Length)
        {
            throw new InvalidDataException("A record ends early.");
        }

        ReadOnlySpan<byte> taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}
