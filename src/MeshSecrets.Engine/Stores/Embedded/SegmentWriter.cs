using System.Buffers.Binary;
using System.Security.Cryptography;

namespace MeshSecrets.Stores.Embedded;

/// <summary>
/// Writes a segment under a temporary name: first all payloads, then all entries in order, then the end, which gives
/// the file its name. A writer that is disposed before that leaves nothing behind.
/// </summary>
internal sealed class SegmentWriter : IDisposable
{
    private const int BufferLength = 256 * 1024;

    private readonly DurableFiles _files;
    private readonly StoreKeys _keys;
    private readonly StoreId _store;
    private readonly SegmentRange _range;
    private readonly string _folder;
    private readonly string _temporary;
    private readonly FileStream _stream;
    private readonly byte[] _buffer = new byte[BufferLength];
    private readonly byte[] _fileId = RandomNumberGenerator.GetBytes(SegmentFooter.LinkLength);
    private readonly byte[] _blockAssociated;
    private readonly RecordWriter _block = new(SegmentLayout.BlockLength * 2);
    private readonly List<int> _blocks = [];
    private long _directoryOffset = -1;
    private long _written;
    private int _buffered;
    private int _purges;
    private bool _completed;

    internal SegmentWriter(DurableFiles files, string folder, SegmentRange range, StoreKeys keys, StoreId store)
    {
        _files = files;
        _keys = keys;
        _store = store;
        _range = range;
        _folder = folder;
        _temporary = Path.Combine(folder, $"{range.FileName}.tmp");
        _blockAssociated = SegmentLayout.BlockAssociated(store, range, _fileId, 0);
        // Whoever holds the writers' lock owns all temporary files, so one of this name is a dead writer's.
        files.Delete(_temporary);
        _stream = files.Create(_temporary);
        Append(SegmentLayout.Header(store, range));
    }

    private long Position => _written + _buffered;

    /// <returns>Where the payload lies.</returns>
    internal long AppendPayload(ReadOnlySpan<byte> message)
    {
        long offset = Position;
        Append(message);
        return offset;
    }

    /// <summary>Adds an entry to the directory; after all payloads, in order of identity and commit.</summary>
    /// <param name="entry">Its bytes.</param>
    internal void AppendEntry(ReadOnlySpan<byte> entry)
    {
        if (_directoryOffset < 0)
        {
            _directoryOffset = Position;
        }

        if (_block.Length > 0 && _block.Length + entry.Length > SegmentLayout.BlockLength)
        {
            CloseBlock();
        }

        _purges += new EntryView(entry).Operation == EntryOperation.Purge ? 1 : 0;
        _block.Count(entry.Length);
        _block.Bytes(entry);
    }

    /// <summary>Ends the file, makes it durable and gives it its name. Then the commit has happened.</summary>
    /// <param name="previous">The link before the first commit here.</param>
    /// <param name="link">The link of the last commit here.</param>
    /// <param name="audit">Where the audit trail stands after it.</param>
    internal void Complete(byte[] previous, byte[] link, AuditAnchor audit)
    {
        CloseBlock();
        _directoryOffset = _directoryOffset < 0 ? Position : _directoryOffset;
        SegmentFooter footer = new(_fileId, previous, link, audit, _purges, _directoryOffset, [.. _blocks]);
        using RecordWriter plain = new();
        footer.Write(plain);
        byte[] message = new byte[plain.Length + SealingKey.Overhead];
        _keys.Directories.Seal(plain.Written, SegmentLayout.FooterAssociated(_store, _range), message);
        Append(message);
        Span<byte> trailer = stackalloc byte[SegmentLayout.TrailerLength];
        BinaryPrimitives.WriteInt32LittleEndian(trailer, message.Length);
        SegmentLayout.TrailerMagic.CopyTo(trailer[4..]);
        Append(trailer);
        WriteBuffer();
        _files.Flush(_stream.SafeFileHandle);
        _stream.Dispose();
        _files.Rename(_temporary, Path.Combine(_folder, _range.FileName));
        _completed = true;
        _files.FlushFolder(_folder);
    }

    public void Dispose()
    {
        _stream.Dispose();
        _block.Dispose();
        if (!_completed)
        {
            TryDelete();
        }
    }

    private void TryDelete()
    {
        try
        {
            File.Delete(_temporary);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The failure that led here is the one to report; the next writer removes the file.
        }
    }

    private void CloseBlock()
    {
        if (_block.Length == 0)
        {
            return;
        }

        byte[] message = new byte[_block.Length + SealingKey.Overhead];
        SegmentLayout.SetBlockIndex(_blockAssociated, _blocks.Count);
        _keys.Directories.Seal(_block.Written, _blockAssociated, message);
        Append(message);
        _blocks.Add(message.Length);
        _block.Clear();
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        if (_buffered + bytes.Length > BufferLength)
        {
            WriteBuffer();
        }

        if (bytes.Length > BufferLength)
        {
            _files.Write(_stream.SafeFileHandle, bytes, _written);
            _written += bytes.Length;
            return;
        }

        bytes.CopyTo(_buffer.AsSpan(_buffered));
        _buffered += bytes.Length;
    }

    private void WriteBuffer()
    {
        _files.Write(_stream.SafeFileHandle, _buffer.AsSpan(0, _buffered), _written);
        _written += _buffered;
        _buffered = 0;
    }
}
