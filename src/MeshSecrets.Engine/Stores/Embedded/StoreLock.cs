namespace MeshSecrets.Stores.Embedded;

/// <summary>
/// The writers' lock of a store, across threads, runspaces and processes. Readers never take it. The operating system
/// frees it when a process dies.
/// </summary>
internal sealed class StoreLock : IDisposable
{
    private readonly FileStream _file;
    private readonly SemaphoreSlim _local;

    private StoreLock(FileStream file, SemaphoreSlim local)
    {
        _file = file;
        _local = local;
    }

    /// <summary>Waits for the lock.</summary>
    /// <param name="files">Opens the lock file.</param>
    /// <param name="path">The lock file.</param>
    /// <param name="local">Orders the writers of this process, so that only one of them asks the file system.</param>
    /// <param name="timeout">How long to wait for other processes.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="MeshException"><c>StoreLocked</c>, <c>StoreLocksDisabled</c>, <c>StoreReadOnly</c>.</exception>
    internal static async Task<StoreLock> AcquireAsync(
        DurableFiles files, string path, SemaphoreSlim local, TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
    {
        long started = time.GetTimestamp();
        if (!await local.WaitAsync(timeout, cancellationToken).ConfigureAwait(false))
        {
            throw StoreErrors.Locked(path, timeout);
        }

        try
        {
            for (int attempt = 0; ; attempt++)
            {
                if (TryOpen(files, path) is { } file)
                {
                    EnsureHeld(files, path, file);
                    return new StoreLock(file, local);
                }

                if (time.GetElapsedTime(started) >= timeout)
                {
                    throw StoreErrors.Locked(path, timeout);
                }

                // Random, so that waiting processes do not meet again and again.
                TimeSpan pause = TimeSpan.FromMilliseconds(1 + (Random.Shared.NextDouble() * Math.Min(attempt, 20)));
                await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
            }
        }
        catch
        {
            local.Release();
            throw;
        }
    }

    public void Dispose()
    {
        _file.Dispose();
        _local.Release();
    }

    /// <summary>
    /// Tries whether the lock locks. On Unix, .NET takes none if System.IO.DisableFileLocking is set, and goes on without
    /// one where the file system has none.
    /// </summary>
    private static void EnsureHeld(DurableFiles files, string path, FileStream file)
    {
        try
        {
            using FileStream? second = TryOpen(files, path);
            if (second is not null)
            {
                throw StoreErrors.LocksDisabled(path);
            }
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static FileStream? TryOpen(DurableFiles files, string path)
    {
        try
        {
            return files.OpenOrCreate(path, FileShare.None);
        }
        catch (IOException exception) when (StoreErrors.IsSharingViolation(exception))
        {
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw StoreErrors.WriteFailed(exception, path);
        }
    }
}
