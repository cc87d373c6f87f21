using System.Buffers;
using System.Buffers.Binary;
using MeshSecrets.Secrets;
using Microsoft.Win32.SafeHandles;

namespace MeshSecrets.Stores.Embedded;

/// <summary>
/// An immutable segment, opened. The handle outlives the file's name, so a reader goes on while a merge removes it;
/// it is closed when the index and every reader have let go.
/// </summary>
internal sealed class SegmentFile
{
    private readonly SafeFileHandle _file;
    private readonly StoreKeys _keys;
    private readonly StoreId _store;
    private readonly long[] _blockOffsets;
    private int _holders = 1;

    private SegmentFile(string path, SegmentRange range, SafeFileHandle file, StoreKeys keys, StoreId store, SegmentFooter footer)
    {
        Path = path;
        Range = range;
        Footer = footer;
        Length = RandomAccess.GetLength(file);
        _file = file;
        _keys = keys;
        _store = store;
        _blockOffsets = new long[footer.Blocks.Length];
        long offset = footer.DirectoryOffset;
        for (int i = 0; i < footer.Blocks.Length; i++)
        {
            _blockOffsets[i] = offset;
            offset += footer.Blocks[i];
        }
    }

    internal string Path { get; }

    internal SegmentRange Range { get; }

    internal SegmentFooter Footer { get; }

    internal long Length { get; }

    /// <summary>How many entries of the index lie here. Guarded by the index.</summary>
    internal int Live { get; set; }

    /// <exception cref="FileNotFoundException">A merge removed it meanwhile.</exception>
    internal static SegmentFile Open(string folder, SegmentRange range, StoreKeys keys, StoreId store)
    {
        string path = System.IO.Path.Combine(folder, range.FileName);
        SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        try
        {
            return new SegmentFile(path, range, file, keys, store, ReadFooter(path, range, file, keys, store));
        }
        catch (Exception exception) when (exception is EndOfStreamException or InvalidDataException or OverflowException)
        {
            file.Dispose();
            throw StoreErrors.SegmentAltered(path, range, "its length does not fit", exception);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Keeps the file open until <see cref="Release"/>. Only while the index holds it, too.</summary>
    internal void Hold() => Interlocked.Increment(ref _holders);

    internal void Release()
    {
        if (Interlocked.Decrement(ref _holders) == 0)
        {
            _file.Dispose();
        }
    }

    internal void Read(Span<byte> destination, long offset)
    {
        while (destination.Length > 0)
        {
            int read = RandomAccess.Read(_file, destination, offset);
            if (read == 0)
            {
                throw StoreErrors.SegmentAltered(Path, Range, "it ends early");
            }

            destination = destination[read..];
            offset += read;
        }
    }

    /// <summary>Decrypts a block of the directory.</summary>
    /// <param name="index">Which.</param>
    /// <param name="plain">Takes the content; it is made larger where needed.</param>
    /// <returns>The content's length.</returns>
    internal int ReadBlock(int index, ref byte[] plain)
    {
        int length = Footer.Blocks[index];
        int plainLength = length - SealingKey.Overhead;
        if (plain.Length < plainLength)
        {
            plain = new byte[Math.Max(plainLength, SegmentLayout.BlockLength)];
        }

        byte[] message = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            Read(message.AsSpan(0, length), _blockOffsets[index]);
            byte[] associated = SegmentLayout.BlockAssociated(_store, Range, Footer.FileId, index);
            return _keys.Directories.TryOpen(message.AsSpan(0, length), associated, plain.AsSpan(0, plainLength))
                ? plainLength
                : throw StoreErrors.SegmentAltered(Path, Range, $"block {index} of its directory is not authentic");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(message);
        }
    }

    /// <summary>Calls back for each entry, in order of identity and commit.</summary>
    internal void ForEachEntry(EntryVisitor visit)
    {
        byte[] plain = [];
        for (int block = 0; block < Footer.Blocks.Length; block++)
        {
            int length = ReadBlock(block, ref plain);
            RecordReader reader = new(plain.AsSpan(0, length));
            while (reader.Remaining > 0)
            {
                int offset = length - reader.Remaining;
                visit(new EntryView(reader.Bytes(reader.Count())), block, offset);
            }
        }
    }

    /// <summary>Reads and decrypts the values of an entry.</summary>
    internal SecretData ReadData(EntryView entry, SecretId id)
    {
        int length = entry.PayloadLength;
        byte[] message = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            Read(message.AsSpan(0, length), entry.PayloadOffset);
            return PayloadCodec.Open(_keys, _store, entry, id, message.AsSpan(0, length))
                ?? throw StoreErrors.RecordAltered(id, entry.Version, Path);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(message);
        }
    }

    private static SegmentFooter ReadFooter(string path, SegmentRange range, SafeFileHandle file, StoreKeys keys, StoreId store)
    {
        long length = RandomAccess.GetLength(file);
        byte[] header = ReadExactly(file, 0, SegmentLayout.HeaderLength);
        if (!header.AsSpan().SequenceEqual(SegmentLayout.Header(store, range)))
        {
            throw StoreErrors.SegmentAltered(path, range, "its header does not fit this store and its name");
        }

        byte[] trailer = ReadExactly(file, length - SegmentLayout.TrailerLength, SegmentLayout.TrailerLength);
        int footerLength = BinaryPrimitives.ReadInt32LittleEndian(trailer);
        long footerOffset = length - SegmentLayout.TrailerLength - footerLength;
        if (!trailer.AsSpan(4).SequenceEqual(SegmentLayout.TrailerMagic)
            || footerLength < SealingKey.Overhead
            || footerOffset < SegmentLayout.HeaderLength)
        {
            throw StoreErrors.SegmentAltered(path, range, "its end is not that of a segment");
        }

        byte[] message = ReadExactly(file, footerOffset, footerLength);
        byte[] plain = new byte[footerLength - SealingKey.Overhead];
        if (!keys.Directories.TryOpen(message, SegmentLayout.FooterAssociated(store, range), plain))
        {
            throw StoreErrors.SegmentAltered(path, range, "its footer is not authentic");
        }

        SegmentFooter footer = SegmentFooter.Read(plain);
        return footer.DirectoryOffset + footer.Blocks.Sum(block => (long)block) == footerOffset
            ? footer
            : throw StoreErrors.SegmentAltered(path, range, "bytes were put in or taken out");
    }

    private static byte[] ReadExactly(SafeFileHandle file, long offset, int count)
    {
        byte[] bytes = new byte[count];
        for (int done = 0; done < count;)
        {
            int read = offset < 0 ? 0 : RandomAccess.Read(file, bytes.AsSpan(done), offset + done);
            done += read > 0 ? read : throw new EndOfStreamException();
        }

        return bytes;
    }
}

/// <summary>Receives an entry and where it lies.</summary>
internal delegate void EntryVisitor(EntryView entry, int block, int offset);
