using System.Text;

namespace MeshSecrets.Tests.Meshes.Manifests;

/// <summary>A large text that nobody holds: a beginning, then one piece over and over, then an end.</summary>
internal sealed class GeneratedStream(string beginning, string piece, string end, long size) : Stream
{
    private readonly byte[] _beginning = Encoding.UTF8.GetBytes(beginning);
    private readonly byte[] _piece = Encoding.UTF8.GetBytes(piece);
    private readonly byte[] _end = Encoding.UTF8.GetBytes(end);

    internal const long Gigabyte = 1L << 30;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new InvalidOperationException("Nobody knows.");

    /// <summary>How much was read.</summary>
    public override long Position { get; set; }

    public override int Read(byte[] buffer, int offset, int count)
    {
        long pieces = Math.Max(0, (size - _beginning.Length - _end.Length) / _piece.Length) * _piece.Length;
        for (int i = 0; i < count; i++, Position++)
        {
            long inPieces = Position - _beginning.Length;
            if (inPieces - pieces >= _end.Length)
            {
                return i;
            }

            buffer[offset + i] = inPieces < 0 ? _beginning[Position]
                : inPieces < pieces ? _piece[inPieces % _piece.Length]
                : _end[inPieces - pieces];
        }

        return count;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new InvalidOperationException("Nobody can.");

    public override void SetLength(long value) => throw new InvalidOperationException("Nobody can.");

    public override void Write(byte[] buffer, int offset, int count) => throw new InvalidOperationException("Nobody can.");
}
