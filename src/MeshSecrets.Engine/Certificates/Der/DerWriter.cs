using System.Buffers;
using System.Numerics;
using System.Security.Cryptography;

namespace MeshSecrets.Certificates.Der;

/// <summary>
/// Writes DER from the end to the start, so that every length is known when its header is written: one pass, one buffer.
/// Parts are therefore written in reverse order.
/// </summary>
/// <remarks>
/// The framework's <c>AsnWriter</c> keeps a stack of open values and moves bytes when one closes; in issuing, that is a
/// tenth of the cost that is not key generation or signing.
/// </remarks>
internal ref struct DerWriter : IDisposable
{
    private byte[] _buffer;
    private int _start;

    internal DerWriter(int capacity)
    {
        _buffer = ArrayPool<byte>.Shared.Rent(capacity);
        _start = _buffer.Length;
    }

    /// <summary>What has been written.</summary>
    internal readonly ReadOnlySpan<byte> Written => _buffer.AsSpan(_start);

    /// <summary>How much has been written: the mark for a later <see cref="Close"/>.</summary>
    internal readonly int Mark => _buffer.Length - _start;

    /// <summary>Writes bytes that are encoded already.</summary>
    internal void Raw(scoped ReadOnlySpan<byte> bytes) => bytes.CopyTo(Take(bytes.Length));

    /// <summary>Writes one byte.</summary>
    internal void Octet(byte value) => Take(1)[0] = value;

    /// <summary>Writes a value with its header.</summary>
    internal void Value(byte tag, scoped ReadOnlySpan<byte> content)
    {
        Raw(content);
        Header(tag, content.Length);
    }

    /// <summary>Writes the header of a value that holds all that was written since the mark.</summary>
    internal void Close(byte tag, int mark) => Header(tag, Mark - mark);

    /// <summary>Writes a BIT STRING's header, with no unused bits, over all that was written since the mark.</summary>
    internal void CloseBitString(int mark)
    {
        Octet(0);
        Close(DerTag.BitString, mark);
    }

    /// <summary>Writes a non-negative INTEGER given as big-endian bytes.</summary>
    internal void UnsignedInteger(scoped ReadOnlySpan<byte> bigEndian)
    {
        int mark = Mark;
        ReadOnlySpan<byte> digits = bigEndian.TrimStart((byte)0);
        Raw(digits);
        if (digits.IsEmpty || digits[0] >= 0x80)
        {
            Octet(0);
        }

        Close(DerTag.Integer, mark);
    }

    /// <summary>Writes text whose characters are all ASCII.</summary>
    internal void AsciiString(byte tag, string text)
    {
        System.Text.Encoding.ASCII.GetBytes(text, Take(text.Length));
        Header(tag, text.Length);
    }

    /// <summary>Writes a time as RFC 5280 §4.1.2.5 demands: UTCTime up to 2049, GeneralizedTime from 2050 on, whole seconds.</summary>
    internal void Time(DateTimeOffset value)
    {
        DateTime utc = value.UtcDateTime;
        bool general = utc.Year >= 2050;
        Span<byte> text = Take(general ? 15 : 13);
        int century = utc.Year / 100;
        int at = 0;
        if (general)
        {
            Digits(text, ref at, century);
        }

        Digits(text, ref at, utc.Year % 100);
        Digits(text, ref at, utc.Month);
        Digits(text, ref at, utc.Day);
        Digits(text, ref at, utc.Hour);
        Digits(text, ref at, utc.Minute);
        Digits(text, ref at, utc.Second);
        text[at] = (byte)'Z';
        Header(general ? DerTag.GeneralizedTime : DerTag.UtcTime, text.Length);

        static void Digits(Span<byte> text, ref int at, int value)
        {
            text[at++] = (byte)('0' + (value / 10));
            text[at++] = (byte)('0' + (value % 10));
        }
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_buffer);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _start = 0;
    }

    private void Header(byte tag, int length)
    {
        if (length < 0x80)
        {
            Octet((byte)length);
        }
        else
        {
            int count = (39 - BitOperations.LeadingZeroCount((uint)length)) / 8;
            for (int i = 0; i < count; i++)
            {
                Octet((byte)(length >> (8 * i)));
            }

            Octet((byte)(0x80 | count));
        }

        Octet(tag);
    }

    private Span<byte> Take(int count)
    {
        if (count > _start)
        {
            Grow(count);
        }

        _start -= count;
        return _buffer.AsSpan(_start, count);
    }

    private void Grow(int count)
    {
        byte[] larger = ArrayPool<byte>.Shared.Rent(checked((_buffer.Length + count) * 2));
        int newStart = larger.Length - Mark;
        Written.CopyTo(larger.AsSpan(newStart));
        CryptographicOperations.ZeroMemory(_buffer);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
        _start = newStart;
    }
}
