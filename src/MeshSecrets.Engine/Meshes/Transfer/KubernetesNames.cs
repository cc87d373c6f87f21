using MeshSecrets.Meshes.Dependencies;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;

namespace MeshSecrets.Meshes.Transfer;

/// <summary>
/// Keeps names apart that are one to Kubernetes: there a secret is known by its namespace and name alone, and Kuma
/// forbids to change its mesh. So no name is new in a namespace that has it for another mesh.
/// </summary>
/// <param name="store">The store.</param>
public sealed class KubernetesNames(ISecretStore store)
{
    // The secrets of meshes that stand in a namespace, by what Kubernetes knows them by. Read once: ten thousand new
    // secrets would else search the store ten thousand times.
    private Dictionary<(string Namespace, string Name), string>? _meshes;

    /// <summary>Writes many secrets, each with its own outcome; one whose name another mesh has in the namespace is refused.</summary>
    /// <param name="writes">The writes.</param>
    /// <param name="cancellationToken">Stops the operation before a write begins.</param>
    /// <returns>One result for each write, in the same order.</returns>
    public async Task<IReadOnlyList<WriteResult>> PutAllAsync(IReadOnlyList<SecretWrite> writes, CancellationToken cancellationToken)
    {
        WriteResult?[] results = new WriteResult?[writes.Count];
        List<int> free = [];
        for (int i = 0; i < writes.Count; i++)
        {
            if (await FindConflictAsync(writes[i].Secret.Id, cancellationToken).ConfigureAwait(false) is { } conflict)
            {
                results[i] = new WriteResult(Metadata: null, conflict);
            }
            else
            {
                free.Add(i);
            }
        }

        IReadOnlyList<WriteResult> written = await new StoredResources(store).PutAllAsync([.. free.Select(i => writes[i])], cancellationToken).ConfigureAwait(false);
        foreach ((int i, WriteResult result) in free.Zip(written))
        {
            results[i] = result;
        }

        return results!;
    }

    /// <summary>The error <c>SecretMeshConflict</c> if another mesh, or none, has the name in the same namespace; otherwise the name is taken.</summary>
    /// <param name="id">The identity of what is to be written.</param>
    /// <param name="cancellationToken">Stops the operation.</param>
    /// <returns>The error, or <see langword="null"/>.</returns>
    public async Task<MeshException?> FindConflictAsync(SecretId id, CancellationToken cancellationToken) =>
        await FindOtherAsync(id, cancellationToken).ConfigureAwait(false) is { } other ? TransferErrors.MeshConflict(id, other) : null;

    private async Task<SecretId?> FindOtherAsync(SecretId id, CancellationToken cancellationToken)
    {
        // A cluster has each name once in a namespace and says so itself; to search it all for one name would cost much.
        if (id.Namespace is null || store is INamespacedStore)
        {
            return null;
        }

        _meshes ??= await ReadMeshesAsync(cancellationToken).ConfigureAwait(false);
        if (_meshes.TryGetValue((id.Namespace, id.Name), out string? mesh))
        {
            return mesh == id.Mesh ? null : new SecretId(id.Name, mesh, id.Namespace);
        }

        if (id.Mesh is null)
        {
            return null;
        }

        SecretId plain = new(id.Name, mesh: null, id.Namespace);
        using Secret? present = await store.GetAsync(plain, cancellationToken).ConfigureAwait(false);
        if (present is not null)
        {
            return plain;
        }

        _meshes.Add((id.Namespace, id.Name), id.Mesh);
        return null;
    }

    private async Task<Dictionary<(string Namespace, string Name), string>> ReadMeshesAsync(CancellationToken cancellationToken)
    {
        Dictionary<(string Namespace, string Name), string> meshes = [];
        await foreach (SecretMetadata metadata in store.ListAsync(new SecretQuery { Mesh = "*", Namespace = "*" }, cancellationToken).ConfigureAwait(false))
        {
            meshes.TryAdd((metadata.Id.Namespace!, metadata.Id.Name), metadata.Id.Mesh!);
        }

        return meshes;
    }
}
