using System.Buffers.Binary;
using System.Security.Cryptography;

namespace MeshSecrets.Stores.Embedded;

/// <content>Backup to one encrypted file.</content>
public sealed partial class EmbeddedStore : IBackupStore
{
    /// <inheritdoc/>
    public async Task BackupAsync(string path, StoreKeySource source, CancellationToken cancellationToken)
    {
        string target = Path.GetFullPath(path);
        // The line about the backup is part of it. The trail is whole while the lock is held, and then only grows.
        SegmentFile[] held = [];
        await LockedAsync(
            () =>
            {
                Prepare();
                Commit(batch => batch.Note(null, "backup"));
                lock (_gate)
                {
                    _trail.Complete(_index.Segments);
                    held = [.. _index.Segments];
                    Array.ForEach(held, static segment => segment.Hold());
                }
            },
            cancellationToken).ConfigureAwait(false);
        try
        {
            await Task.Run(() => WriteBackup(target, source, held, cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw StoreErrors.WriteFailed(exception, target);
        }
        finally
        {
            Array.ForEach(held, static segment => segment.Release());
        }
    }

    private void WriteBackup(string target, StoreKeySource source, SegmentFile[] segments, CancellationToken cancellationToken)
    {
        string temporary = $"{target}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (FileStream stream = _files.Create(temporary))
            {
                WriteBackup(stream, source, segments, cancellationToken);
                _files.Flush(stream.SafeFileHandle);
            }

            _files.Rename(temporary, target);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }

        _files.FlushFolder(Path.GetDirectoryName(target)!);
    }

    private void WriteBackup(FileStream stream, StoreKeySource source, SegmentFile[] segments, CancellationToken cancellationToken)
    {
        StoreId id = Embedded.StoreId.New();
        byte[] key = RandomNumberGenerator.GetBytes(StoreKeys.Length);
        using SealingKey sealing = new(key);
        StoreProtector protector = StoreProtector.Wrap(key, id, source, BackupKeyFile(source, _options), null, _files);
        byte[] header = new BackupHeader { Format = StoreSettings.CurrentFormat, Id = id.ToString(), Protector = protector }.Write();
        stream.Write(header);
        using SealedStreamWriter content = new(stream, sealing, header);
        using RecordWriter manifest = new(BackupManifest.Length);
        BackupManifest.Write(manifest, _id, _keys.Root, StoreSettings.Read(_folder.Settings).VersionsKept, segments.Length);
        content.Write(manifest.Written);
        byte[] buffer = new byte[SealedStreamWriter.ChunkLength];
        foreach (SegmentFile segment in segments)
        {
            WriteFile(content, segment.Range.First, segment.Range.Last, segment.Length, segment.Read, buffer, cancellationToken);
        }

        using FileStream trail = new(_folder.Audit, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        WriteFile(content, 0, 0, segments[^1].Footer.Audit.Length, (bytes, _) => trail.ReadExactly(bytes), buffer, cancellationToken);
        content.Complete();
    }

    private static void WriteFile(
        SealedStreamWriter content, long first, long last, long length, ReadAt read, byte[] buffer, CancellationToken cancellationToken)
    {
        Span<byte> head = stackalloc byte[24];
        BinaryPrimitives.WriteInt64LittleEndian(head, first);
        BinaryPrimitives.WriteInt64LittleEndian(head[8..], last);
        BinaryPrimitives.WriteInt64LittleEndian(head[16..], length);
        content.Write(head);
        for (long offset = 0; offset < length;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Span<byte> part = buffer.AsSpan(0, (int)Math.Min(buffer.Length, length - offset));
            read(part, offset);
            content.Write(part);
            offset += part.Length;
        }
    }

    private static string BackupKeyFile(StoreKeySource source, EmbeddedStoreOptions options) =>
        source.KeyFilePath ?? Path.Combine(options.KeyFolder, "backup.key");

    private delegate void ReadAt(Span<byte> destination, long offset);
}
