using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace MeshSecrets.Stores.Embedded;

/// <summary>Writes the store's compact binary fields into one growing buffer that is zeroed when no longer needed.</summary>
internal sealed class RecordWriter(int capacity = 4096) : IDisposable
{
    private byte[] _buffer = new byte[capacity];

    internal int Length { get; private set; }

    internal Span<byte> Written => _buffer.AsSpan(0, Length);

    internal ReadOnlyMemory<byte> WrittenMemory => _buffer.AsMemory(0, Length);

    internal void Clear() => Length = 0;

    internal void Byte(byte value) => Reserve(1)[0] = value;

    internal void Int32(int value) => BinaryPrimitives.WriteInt32LittleEndian(Reserve(4), value);

    internal void Int64(long value) => BinaryPrimitives.WriteInt64LittleEndian(Reserve(8), value);

    internal void Bytes(ReadOnlySpan<byte> value) => value.CopyTo(Reserve(value.Length));

    /// <summary>A non-negative number in groups of seven bits, lowest first.</summary>
    internal void Count(int value)
    {
        uint rest = (uint)value;
        while (rest >= 0x80)
        {
            Byte((byte)(rest | 0x80));
            rest >>= 7;
        }

        Byte((byte)rest);
    }

    /// <summary>UTF-8 text after its length plus one; a lone zero stands for <see langword="null"/>.</summary>
    internal void Text(string? value)
    {
        if (value is null)
        {
            Count(0);
            return;
        }

        int length = Encoding.UTF8.GetByteCount(value);
        Count(length + 1);
        Encoding.UTF8.GetBytes(value, Reserve(length));
    }

    internal Span<byte> Reserve(int count)
    {
        int needed = checked(Length + count);
        if (needed > _buffer.Length)
        {
            byte[] larger = new byte[Math.Max(needed, _buffer.Length * 2)];
            Written.CopyTo(larger);
            CryptographicOperations.ZeroMemory(_buffer);
            _buffer = larger;
        }

        Span<byte> space = _buffer.AsSpan(Length, count);
        Length = needed;
        return space;
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(_buffer);
}
