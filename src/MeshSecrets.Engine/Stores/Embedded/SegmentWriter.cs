using System.Buffers;
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
    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferLength);
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

    /// <summary>Seals a payload and adds it.</summary>
    /// <param name="plain">The payload.</param>
    /// <param name="associated">What it is bound to.</param>
    /// <param name="tag">Takes the seal's tag.</param>
    /// <returns>Where the payload lies.</returns>
    internal long SealPayload(ReadOnlySpan<byte> plain, ReadOnlySpan<byte> associated, Span<byte> tag)
    {
        long offset = Position;
        Seal(_keys.Payloads, plain, associated, tag);
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
        Seal(_keys.Directories, plain.Written, SegmentLayout.FooterAssociated(_store, _range), []);
        Span<byte> trailer = stackalloc byte[SegmentLayout.TrailerLength];
        BinaryPrimitives.WriteInt32LittleEndian(trailer, plain.Length + SealingKey.Overhead);
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
        ArrayPool<byte>.Shared.Return(_buffer);
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

        SegmentLayout.SetBlockIndex(_blockAssociated, _blocks.Count);
        Seal(_keys.Directories, _block.Written, _blockAssociated, []);
        _blocks.Add(_block.Length + SealingKey.Overhead);
        _block.Clear();
    }

    /// <summary>Seals straight into the buffer.</summary>
    private void Seal(SealingKey key, ReadOnlySpan<byte> plain, ReadOnlySpan<byte> associated, Span<byte> tag)
    {
        int length = plain.Length + SealingKey.Overhead;
        byte[]? rented = length > BufferLength ? ArrayPool<byte>.Shared.Rent(length) : null;
        Span<byte> message = rented is null ? Reserve(length) : rented.AsSpan(0, length);
        key.Seal(plain, associated, message);
        message[^tag.Length..].CopyTo(tag);
        if (rented is not null)
        {
            Append(message);
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length <= BufferLength)
        {
            bytes.CopyTo(Reserve(bytes.Length));
            return;
        }

        WriteBuffer();
        _files.Write(_stream.SafeFileHandle, bytes, _written);
        _written += bytes.Length;
    }

    private Span<byte> Reserve(int length)
    {
        if (_buffered + length > BufferLength)
        {
            WriteBuffer();
        }

        Span<byte> space = _buffer.AsSpan(_buffered, length);
        _buffered += length;
        return space;
    }

    private void WriteBuffer()
    {
        _files.Write(_stream.SafeFileHandle, _buffer.AsSpan(0, _buffered), _written);
        _written += _buffered;
        _buffered = 0;
    }
}
