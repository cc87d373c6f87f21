using MeshSecrets.Meshes.Transfer;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;

namespace MeshSecrets.Commands;

/// <summary>Writes that wait to be stored together: one barrier to the disk for all of them.</summary>
/// <param name="writerOf">What writes to a store.</param>
/// <param name="time">The clock.</param>
internal sealed class SecretBatch(Func<MeshStore, ISecretStore> writerOf, TimeProvider time) : IDisposable
{
    private const int MaxCount = 256;
    private const int WorthCount = 32;
    private const long MaxBytes = 8 * 1024 * 1024;

    // A slow source sees each result soon; a fast one pays the barrier once for many.
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(250);

    private readonly List<SecretWrite> _writes = [];
    private KubernetesNames? _names;
    private MeshStore? _namesOf;
    private ISecretStore? _writer;
    private long _bytes;
    private long _first;

    /// <summary>Where they are stored; nothing while there are none.</summary>
    internal MeshStore? Store { get; private set; }

    internal bool IsDue => _writes.Count >= MaxCount || _bytes >= MaxBytes || (_writes.Count > 0 && time.GetElapsedTime(_first) >= s_patience);

    /// <summary>Whether it is worth its barrier already, if the store has nothing else to do.</summary>
    internal bool IsWorthWriting => _writes.Count >= WorthCount;

    /// <summary>Takes over a write for the store of the batch, or for any if it is empty.</summary>
    internal void Add(MeshStore store, SecretWrite write)
    {
        try
        {
            _writer = writerOf(store);
        }
        catch
        {
            write.Secret.Dispose();
            throw;
        }

        Store = store;
        _first = _writes.Count == 0 ? time.GetTimestamp() : _first;
        _writes.Add(write);
        SecretData data = write.Secret.GetData();
        _bytes += data.Keys.Sum(key => (long)data.GetValue(key).Length);
    }

    /// <summary>Stores all and empties the batch, whatever becomes of them.</summary>
    internal Task<IReadOnlyList<WriteResult>> WriteAsync(CancellationToken cancellationToken) =>
        WriteAsync((writer, writes, ct) => NamesOf(Store!, writer).PutAllAsync(writes, ct), cancellationToken);

    /// <summary>Has all stored in some way and empties the batch, whatever becomes of them.</summary>
    internal async Task<IReadOnlyList<T>> WriteAsync<T>(Func<ISecretStore, IReadOnlyList<SecretWrite>, CancellationToken, Task<IReadOnlyList<T>>> write, CancellationToken cancellationToken)
    {
        try
        {
            return Store is null ? [] : await write(_writer!, _writes, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Dispose();
        }
    }

    private KubernetesNames NamesOf(MeshStore store, ISecretStore writer)
    {
        if (_names is null || _namesOf != store)
        {
            (_names, _namesOf) = (new KubernetesNames(writer), store);
        }

        return _names;
    }

    /// <summary>Zeroes what was not stored, and empties the batch.</summary>
    public void Dispose()
    {
        _writes.ForEach(write => write.Secret.Dispose());
        _writes.Clear();
        _bytes = 0;
        Store = null;
    }
}
