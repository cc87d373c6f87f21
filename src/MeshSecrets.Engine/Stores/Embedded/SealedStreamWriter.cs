using System.Buffers.Binary;
using System.Security.Cryptography;

namespace MeshSecrets.Stores.Embedded;

/// <summary>
/// Encrypts a stream in chunks, each bound to what precedes the stream, to its place and to whether it is the last:
/// no chunk can be altered, moved or left out, nor the end cut off.
/// </summary>
internal sealed class SealedStreamWriter(Stream target, SealingKey key, byte[] header) : IDisposable
{
    internal const int ChunkLength = 64 * 1024;

    private readonly byte[] _plain = new byte[ChunkLength];
    private readonly byte[] _message = new byte[ChunkLength + SealingKey.Overhead];
    private long _index;
    private int _filled;

    internal void Write(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            if (_filled == ChunkLength)
            {
                WriteChunk(last: false);
            }

            int count = Math.Min(bytes.Length, ChunkLength - _filled);
            bytes[..count].CopyTo(_plain.AsSpan(_filled));
            _filled += count;
            bytes = bytes[count..];
        }
    }

    internal void Complete() => WriteChunk(last: true);

    public void Dispose() => CryptographicOperations.ZeroMemory(_plain);

    internal static byte[] Associated(byte[] header, long index, bool last)
    {
        byte[] associated = new byte[SHA256.HashSizeInBytes + 8 + 1];
        SHA256.HashData(header, associated);
        BinaryPrimitives.WriteInt64LittleEndian(associated.AsSpan(SHA256.HashSizeInBytes), index);
        associated[^1] = last ? (byte)1 : (byte)0;
        return associated;
    }

    private void WriteChunk(bool last)
    {
        Span<byte> prefix = stackalloc byte[5];
        BinaryPrimitives.WriteInt32LittleEndian(prefix, _filled);
        prefix[4] = last ? (byte)1 : (byte)0;
        Span<byte> message = _message.AsSpan(0, _filled + SealingKey.Overhead);
        key.Seal(_plain.AsSpan(0, _filled), Associated(header, _index++, last), message);
        target.Write(prefix);
        target.Write(message);
        _filled = 0;
    }
}
