using System.Buffers.Binary;
using System.Security.Cryptography;

namespace MeshSecrets.Stores.Embedded;

/// <content>Restoring from a backup.</content>
public sealed partial class EmbeddedStore
{
    /// <summary>
    /// Makes a store of a backup. The store appears when every record and the audit trail have been proven; it has the
    /// identity and the versions of the one that was backed up, and a protector of its own.
    /// </summary>
    /// <param name="backup">The file.</param>
    /// <param name="backupSource">What unlocks it.</param>
    /// <param name="options">Where the store shall be (a new or empty folder), and what shall protect it.</param>
    /// <param name="cancellationToken">Stops the operation; then no store appears.</param>
    /// <returns>A task.</returns>
    /// <exception cref="MeshException">
    /// <c>RestoreTargetNotEmpty</c>, <c>BackupNotFound</c>, <c>BackupPassphraseWrong</c>, <c>BackupKeyWrong</c>,
    /// <c>BackupAltered</c>, <c>StoreProtectorMismatch</c>, <c>StoreDiskFull</c>, <c>StoreReadOnly</c>.
    /// </exception>
    public static async Task RestoreAsync(
        string backup, StoreKeySource backupSource, EmbeddedStoreOptions options, CancellationToken cancellationToken)
    {
        string source = Path.GetFullPath(backup);
        string target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(options.Path));
        if (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any())
        {
            throw StoreErrors.RestoreTargetNotEmpty(target);
        }

        StoreFolder folder = new($"{target}.{Guid.NewGuid():N}.tmp");
        try
        {
            await Task.Run(() => ReadBackup(source, backupSource, folder, options, cancellationToken), cancellationToken).ConfigureAwait(false);
            await ProveAsync(source, options with { Path = folder.Path }, cancellationToken).ConfigureAwait(false);
            MoveInto(folder.Path, target, options.Files);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw StoreErrors.WriteFailed(exception, target);
        }
        finally
        {
            if (Directory.Exists(folder.Path))
            {
                Directory.Delete(folder.Path, recursive: true);
            }
        }
    }

    private static void ReadBackup(
        string source, StoreKeySource backupSource, StoreFolder folder, EmbeddedStoreOptions options, CancellationToken cancellationToken)
    {
        using FileStream stream = OpenBackup(source);
        try
        {
            BackupHeader header = BackupHeader.Read(stream, out byte[] bytes, out StoreId id);
            using SealingKey key = new(UnwrapBackupKey(source, header, id, backupSource, options));
            using SealedStreamReader content = new(stream, key, bytes);
            ReadContent(content, folder, options, cancellationToken);
            content.ReadEnd();
        }
        catch (EndOfStreamException exception)
        {
            throw StoreErrors.BackupAltered(source, "its end is missing", exception);
        }
        catch (InvalidDataException exception)
        {
            throw StoreErrors.BackupAltered(source, exception.Message, exception);
        }
    }

    private static FileStream OpenBackup(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw StoreErrors.BackupNotFound(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw StoreErrors.ReadFailed(exception, path);
        }
    }

    private static byte[] UnwrapBackupKey(string path, BackupHeader header, StoreId id, StoreKeySource source, EmbeddedStoreOptions options)
    {
        bool wantsPassphrase = header.Protector.Kind == StoreProtectorKind.Passphrase;
        if (source.IsPassphrase != wantsPassphrase)
        {
            throw StoreErrors.ProtectorMismatch(path, wantsPassphrase ? "passphrase" : "key file");
        }

        string keyFile = BackupKeyFile(source, options);
        return header.Protector.Unwrap(id, source, keyFile)
            ?? throw (wantsPassphrase ? StoreErrors.BackupPassphraseWrong(path) : StoreErrors.BackupKeyWrong(path, keyFile));
    }

    private static void ReadContent(
        SealedStreamReader content, StoreFolder folder, EmbeddedStoreOptions options, CancellationToken cancellationToken)
    {
        byte[] manifest = new byte[BackupManifest.Length];
        content.ReadExactly(manifest);
        (StoreId id, byte[] root, int versionsKept, int files) = BackupManifest.Read(manifest);
        CryptographicOperations.ZeroMemory(manifest);
        using StoreKeys keys = new(root, id);
        options.Files.CreateFolder(folder.Segments);
        byte[] buffer = new byte[SealedStreamWriter.ChunkLength];
        byte[] head = new byte[24];
        for (int file = 0; file <= files; file++)
        {
            content.ReadExactly(head);
            SegmentRange range = new(BinaryPrimitives.ReadInt64LittleEndian(head), BinaryPrimitives.ReadInt64LittleEndian(head.AsSpan(8)));
            string path = file < files ? Path.Combine(folder.Segments, range.FileName) : folder.Audit;
            ReadFile(content, path, BinaryPrimitives.ReadInt64LittleEndian(head.AsSpan(16)), buffer, options.Files, cancellationToken);
        }

        StoreKeySource source = options.KeySource ?? StoreKeySource.KeyFile();
        StoreProtector protector = StoreProtector.Wrap(
            keys.Root, id, source, source.KeyFilePath ?? DefaultKeyFile(options, id), source.KeyFilePath, options.Files);
        StoreSettings settings = StoreSettings.Create(id, versionsKept, protector) with { Ready = true };
        settings.Write(folder.Settings, keys, options.Files);
    }

    private static void ReadFile(
        SealedStreamReader content, string path, long length, byte[] buffer, DurableFiles files, CancellationToken cancellationToken)
    {
        using FileStream stream = files.Create(path);
        for (long offset = 0; offset < length;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Span<byte> part = buffer.AsSpan(0, (int)Math.Min(buffer.Length, length - offset));
            content.ReadExactly(part);
            files.Write(stream.SafeFileHandle, part, offset);
            offset += part.Length;
        }

        files.Flush(stream.SafeFileHandle);
    }

    /// <summary>Verifies a restored store before it appears, and notes in its trail where it comes from.</summary>
    private static async Task ProveAsync(string source, EmbeddedStoreOptions options, CancellationToken cancellationToken)
    {
        EmbeddedStore store = await OpenAsync(options, cancellationToken).ConfigureAwait(false);
        await using (store.ConfigureAwait(false))
        {
            await foreach (StoreFinding finding in store.VerifyAsync(cancellationToken).ConfigureAwait(false))
            {
                throw StoreErrors.BackupAltered(source, finding.Message);
            }

            await store.LockedAsync(
                () =>
                {
                    store.Prepare();
                    store.Commit(batch => batch.Note(null, "restore-backup"));
                },
                cancellationToken).ConfigureAwait(false);
        }
    }

    private static void MoveInto(string folder, string target, DurableFiles files)
    {
        if (Directory.Exists(target))
        {
            // Empty, or this fails.
            Directory.Delete(target);
        }

        files.FlushFolder(folder);
        Directory.Move(folder, target);
        files.FlushFolder(Path.GetDirectoryName(target)!);
    }
}
