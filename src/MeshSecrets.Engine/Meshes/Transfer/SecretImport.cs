using MeshSecrets.Secrets;
using MeshSecrets.Stores;

namespace MeshSecrets.Meshes.Transfer;

/// <summary>
/// Stores secrets that came from elsewhere, batch by batch. What is there already with the same content is left alone,
/// so that an import can be repeated; what is there with other content is overwritten only on demand.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="overwrite">Whether other content is overwritten.</param>
public sealed class SecretImport(ISecretStore store, bool overwrite)
{
    private const string Action = "import";

    private readonly KubernetesNames _names = new(store);

    /// <summary>Stores a batch.</summary>
    /// <param name="secrets">The secrets; they stay the caller's. No two have the same identity.</param>
    /// <param name="cancellationToken">Stops the operation before anything is written.</param>
    /// <returns>One result for each, in the same order.</returns>
    public async Task<IReadOnlyList<ImportResult>> StoreAsync(IReadOnlyList<Secret> secrets, CancellationToken cancellationToken)
    {
        ImportResult?[] results = new ImportResult?[secrets.Count];
        List<int> written = [];
        List<SecretWrite> writes = [];
        for (int i = 0; i < secrets.Count; i++)
        {
            (results[i], WriteMode mode) = await JudgeAsync(secrets[i], cancellationToken).ConfigureAwait(false);
            if (results[i] is null)
            {
                written.Add(i);
                writes.Add(new SecretWrite(secrets[i], mode, Action));
            }
        }

        IReadOnlyList<WriteResult> stored = await store.PutAllAsync(writes, cancellationToken).ConfigureAwait(false);
        for (int i = 0; i < stored.Count; i++)
        {
            ImportStatus done = writes[i].Mode == WriteMode.Create ? ImportStatus.Created : ImportStatus.Updated;
            results[written[i]] = stored[i].Error is { } error ? ImportResult.Refused(error) : new ImportResult(done, stored[i].Metadata, Error: null);
        }

        return results!;
    }

    /// <summary>What is settled without a write, or else how it is written.</summary>
    private async Task<(ImportResult? Settled, WriteMode Mode)> JudgeAsync(Secret secret, CancellationToken cancellationToken)
    {
        if (await _names.FindConflictAsync(secret.Id, cancellationToken).ConfigureAwait(false) is { } conflict)
        {
            return (ImportResult.Refused(conflict), default);
        }

        using Secret? present = await store.GetAsync(secret.Id, cancellationToken).ConfigureAwait(false);
        if (present is null)
        {
            return (null, WriteMode.Create);
        }

        if (AreEqual(present, secret))
        {
            return (new ImportResult(ImportStatus.Unchanged, present.Metadata, Error: null), default);
        }

        return overwrite ? (null, WriteMode.CreateOrUpdate) : (ImportResult.Refused(TransferErrors.Different(secret.Id)), default);
    }

    private static bool AreEqual(Secret present, Secret secret) =>
        present.Metadata.Type == secret.Metadata.Type
        && present.Metadata.Labels.SequenceEqual(secret.Metadata.Labels)
        && present.Metadata.Annotations.SequenceEqual(secret.Metadata.Annotations)
        && present.GetData().ContentEquals(secret.GetData());
}
