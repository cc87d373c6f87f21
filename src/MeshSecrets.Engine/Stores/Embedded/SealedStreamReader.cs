using System.Buffers.Binary;
using System.Security.Cryptography;

namespace MeshSecrets.Stores.Embedded;

/// <summary>Decrypts what <see cref="SealedStreamWriter"/> wrote; hands out no byte that is not authentic.</summary>
internal sealed class SealedStreamReader(Stream source, SealingKey key, byte[] header) : IDisposable
{
    private readonly byte[] _plain = new byte[SealedStreamWriter.ChunkLength];
    private readonly byte[] _message = new byte[SealedStreamWriter.ChunkLength + SealingKey.Overhead];
    private long _index;
    private int _start;
    private int _end;
    private bool _last;

    /// <exception cref="InvalidDataException">Not authentic.</exception>
    /// <exception cref="EndOfStreamException">Cut off.</exception>
    internal void ReadExactly(Span<byte> destination)
    {
        while (destination.Length > 0)
        {
            if (_start == _end)
            {
                ReadChunk();
            }

            int count = Math.Min(destination.Length, _end - _start);
            _plain.AsSpan(_start, count).CopyTo(destination);
            _start += count;
            destination = destination[count..];
        }
    }

    /// <summary>Checks that the end has come, and nothing after it.</summary>
    internal void ReadEnd()
    {
        if (!_last && _start == _end)
        {
            ReadChunk();
        }

        if (!_last || _start != _end || source.ReadByte() >= 0)
        {
            throw new InvalidDataException("it does not end where it should");
        }
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(_plain);

    private void ReadChunk()
    {
        if (_last)
        {
            throw new InvalidDataException("it ends early");
        }

        Span<byte> prefix = stackalloc byte[5];
        source.ReadExactly(prefix);
        int length = BinaryPrimitives.ReadInt32LittleEndian(prefix);
        if (length is < 0 or > SealedStreamWriter.ChunkLength || prefix[4] > 1)
        {
            throw new InvalidDataException("it was altered");
        }

        _last = prefix[4] == 1;
        Span<byte> message = _message.AsSpan(0, length + SealingKey.Overhead);
        source.ReadExactly(message);
        if (!key.TryOpen(message, SealedStreamWriter.Associated(header, _index++, _last), _plain.AsSpan(0, length)))
        {
            throw new InvalidDataException("it was altered");
        }

        _start = 0;
        _end = length;
    }
}
