using MeshSecrets.Meshes.Dependencies;
using MeshSecrets.Meshes.Manifests;
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
    private readonly StoredResources _resources = new(store);

    /// <summary>Stores a batch.</summary>
    /// <param name="secrets">The secrets; they stay the caller's. No two have the same identity.</param>
    /// <param name="cancellationToken">Stops the operation before anything is written.</param>
    /// <returns>One result for each, in the same order.</returns>
    public async Task<IReadOnlyList<ImportResult>> StoreAsync(IReadOnlyList<Secret> secrets, CancellationToken cancellationToken)
    {
        ImportResult?[] results = new ImportResult?[secrets.Count];
        if (store is IParallelStore)
        {
            await CreateAsync(secrets, results, cancellationToken).ConfigureAwait(false);
        }

        SecretWrite?[] judged = new SecretWrite?[secrets.Count];
        int[] open = Without(results);
        ParallelOptions options = new() { MaxDegreeOfParallelism = store.ConcurrencyOr(1), CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(open, options, async (i, token) =>
            (results[i], judged[i]) = await JudgeAsync(secrets[i], token).ConfigureAwait(false)).ConfigureAwait(false);

        int[] written = Without(results);
        SecretWrite[] writes = [.. written.Select(i => judged[i]!)];
        IReadOnlyList<WriteResult> stored = await _resources.PutAllAsync(writes, cancellationToken).ConfigureAwait(false);
        for (int i = 0; i < stored.Count; i++)
        {
            ImportStatus done = writes[i].Mode == WriteMode.Create ? ImportStatus.Created : ImportStatus.Updated;
            results[written[i]] = stored[i].Error is { } error ? ImportResult.Refused(error) : new ImportResult(done, stored[i].Metadata, Error: null);
        }

        return results!;
    }

    /// <summary>
    /// Creates what is not there, without asking first: most of an import is new, and a server then has half the requests.
    /// What is there is left open.
    /// </summary>
    private async Task CreateAsync(IReadOnlyList<Secret> secrets, ImportResult?[] results, CancellationToken cancellationToken)
    {
        int[] plain = [.. Enumerable.Range(0, secrets.Count).Where(i => !StoredResource.IsOne(secrets[i].Metadata))];
        IReadOnlyList<WriteResult> created = await store.PutAllAsync([.. plain.Select(i => new SecretWrite(secrets[i], WriteMode.Create, Action))], cancellationToken).ConfigureAwait(false);
        foreach ((int i, WriteResult result) in plain.Zip(created))
        {
            results[i] = result.Error switch
            {
                null => new ImportResult(ImportStatus.Created, result.Metadata, Error: null),
                { ErrorId: "SecretExists" } => null,
                { } error => ImportResult.Refused(error),
            };
        }
    }

    private static int[] Without(ImportResult?[] results) => [.. Enumerable.Range(0, results.Length).Where(i => results[i] is null)];

    /// <summary>What is settled without a write, or else how it is written.</summary>
    private async Task<(ImportResult? Settled, SecretWrite? Write)> JudgeAsync(Secret secret, CancellationToken cancellationToken)
    {
        if (await _names.FindConflictAsync(secret.Id, cancellationToken).ConfigureAwait(false) is { } conflict)
        {
            return (ImportResult.Refused(conflict), null);
        }

        if (StoredResource.IsOne(secret.Metadata) && store is IResourceStore)
        {
            return await JudgeResourceAsync(secret, cancellationToken).ConfigureAwait(false);
        }

        using Secret? present = await store.GetAsync(secret.Id, cancellationToken).ConfigureAwait(false);
        if (present is null)
        {
            return (null, new SecretWrite(secret, WriteMode.Create, Action));
        }

        if (AreEqual(present, secret))
        {
            return (new ImportResult(ImportStatus.Unchanged, present.Metadata, Error: null), null);
        }

        return overwrite ? (null, new SecretWrite(secret, WriteMode.CreateOrUpdate, Action)) : (ImportResult.Refused(TransferErrors.Different(secret.Id)), null);
    }

    /// <summary>Of a resource in a cluster only what is applied counts: the server fills in the rest, and others may have their fields.</summary>
    private async Task<(ImportResult? Settled, SecretWrite? Write)> JudgeResourceAsync(Secret secret, CancellationToken cancellationToken)
    {
        Manifest wanted;
        try
        {
            wanted = LiveResource.ToApply(secret);
        }
        catch (MeshException e)
        {
            return (ImportResult.Refused(e), null);
        }

        if (await _resources.FindAsync(StoredResource.IdOf(wanted), cancellationToken).ConfigureAwait(false) is not { } present)
        {
            return (null, new SecretWrite(secret, WriteMode.Create, Action));
        }

        // Two imports are one field manager, so that nothing but the version tells that the other one was faster.
        Secret judged = new(secret.Metadata with { ResourceVersion = present.Metadata.ResourceVersion }, secret.GetData());
        return LiveResource.IsAsApplied(wanted, present.Resource) ? (new ImportResult(ImportStatus.Unchanged, present.Metadata, Error: null), null)
            : overwrite ? (null, new SecretWrite(judged, WriteMode.Update, Action))
            : (ImportResult.Refused(TransferErrors.Different(present.Metadata.Id)), null);
    }

    private static bool AreEqual(Secret present, Secret secret) =>
        present.Metadata.Type == secret.Metadata.Type
        && present.Metadata.Labels.SequenceEqual(secret.Metadata.Labels)
        && present.Metadata.Annotations.SequenceEqual(secret.Metadata.Annotations)
        && present.GetData().ContentEquals(secret.GetData());
}
