namespace MeshSecrets.Stores.Embedded;

/// <summary>Reads the audit trail line by line, up to a length at which it is known to be whole.</summary>
internal sealed class AuditLineReader(string path, long length) : IDisposable
{
    private readonly FileStream _stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
    private readonly byte[] _buffer = new byte[4 * AuditLine.MaxLength];
    private long _left = length;
    private int _start;
    private int _end;

    /// <summary>
    /// The next line without its newline; <see langword="null"/> at the end, or where a line is cut off. Of a line that
    /// is too long to be one, the parts come one by one: none of them is authentic.
    /// </summary>
    internal ReadOnlyMemory<byte>? Read()
    {
        while (true)
        {
            int newline = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            if (newline >= 0)
            {
                ReadOnlyMemory<byte> line = _buffer.AsMemory(_start, newline);
                _start += newline + 1;
                return line;
            }

            if (_start == 0 && _end == _buffer.Length)
            {
                _start = _end;
                return _buffer;
            }

            if (!Fill())
            {
                return null;
            }
        }
    }

    public void Dispose() => _stream.Dispose();

    private bool Fill()
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        _end -= _start;
        _start = 0;
        int room = (int)Math.Min(_buffer.Length - _end, _left);
        int read = room == 0 ? 0 : _stream.Read(_buffer, _end, room);
        _end += read;
        _left -= read;
        return read > 0;
    }
}
