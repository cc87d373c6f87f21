using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using MeshSecrets.Secrets;
using MeshSecrets.Stores.Kubernetes.Api;

namespace MeshSecrets.Stores.Kubernetes;

/// <content>Writing and removing. Nothing is ever overwritten that was not read: each change names the version it starts from.</content>
public sealed partial class KubernetesStore
{
    // How often a change that is free of conditions starts anew because somebody else was faster.
    private const int MaxRounds = 8;

    // How the server begins to say that a name is taken by what is being removed.
    private const string BeingDeleted = "object is being deleted";

    /// <inheritdoc/>
    public async Task<SecretMetadata> PutAsync(SecretWrite write, CancellationToken cancellationToken)
    {
        SecretId id = Place(write.Secret.Id);
        EnsureFits(id, write.Secret.GetData());
        switch (write.Mode)
        {
            case WriteMode.Create:
                return await CreateAsync(write.Secret, id, cancellationToken).ConfigureAwait(false) ?? throw StoreErrors.Exists(id);
            case WriteMode.Update:
                string? expected = write.Secret.Metadata.ResourceVersion is { Length: > 0 } version ? version : null;
                return await UpdateAsync(write, id, expected, cancellationToken).ConfigureAwait(false) ?? throw StoreErrors.NotFound(id);
            default:
                for (int round = 0; round < MaxRounds; round++)
                {
                    if ((await CreateAsync(write.Secret, id, cancellationToken).ConfigureAwait(false)
                        ?? await UpdateAsync(write, id, expected: null, cancellationToken).ConfigureAwait(false)) is { } stored)
                    {
                        return stored;
                    }
                }

                throw KubernetesErrors.Changing(id);
        }
    }

    /// <inheritdoc/>
    public async Task DeleteAsync(SecretId id, string? resourceVersion, CancellationToken cancellationToken)
    {
        SecretId placed = Place(id);
        SecretState state = await ReadStateAsync(placed, resourceVersion, cancellationToken).ConfigureAwait(false) ?? throw StoreErrors.NotFound(placed);
        if (resourceVersion is not null && state.ResourceVersion != resourceVersion)
        {
            throw KubernetesErrors.Conflict(placed, resourceVersion, state.ResourceVersion, state.Owners.Last);
        }

        if (placed.Mesh is not null && state.Metadata.Labels?.GetValueOrDefault(SecretMapping.MeshLabel) != placed.Mesh)
        {
            // Without a label, the type tells the mesh.
            using Secret found = await GetAsync(placed, cancellationToken).ConfigureAwait(false) ?? throw StoreErrors.NotFound(placed);
        }

        // Of this very object, not of one that took its name meanwhile.
        DeleteOptions options = new() { Preconditions = new DeletePreconditions { Uid = state.Metadata.Uid, ResourceVersion = resourceVersion }, DryRun = DryRunOption };
        ApiRequest request = new(HttpMethod.Delete, PathOf(placed), TargetOf("delete", placed))
        {
            Body = JsonSerializer.SerializeToUtf8Bytes(options, KubernetesJson.Default.DeleteOptions),
            Accept = ApiRequest.MetadataOnly,
        };
        ApiResult<MetadataObject> result = await _client.SendAsync(request, KubernetesJson.Default.MetadataObject, cancellationToken).ConfigureAwait(false);
        switch (result.Failure)
        {
            case null when result.Value?.Metadata is { DeletionTimestamp: not null, Finalizers: { Count: > 0 } finalizers }:
                throw KubernetesErrors.BeingRemoved(placed, finalizers); // The answer is the object then, for it is still there.
            case null:
            case { StatusCode: HttpStatusCode.NotFound } when result.IsUncertain:
                return;
            case { StatusCode: HttpStatusCode.NotFound }:
                throw StoreErrors.NotFound(placed);
            case { StatusCode: HttpStatusCode.Conflict }:
                SecretState? now = await ReadStateAsync(placed, resourceVersion: null, cancellationToken).ConfigureAwait(false);
                if (result.IsUncertain && now?.Metadata.Uid != state.Metadata.Uid)
                {
                    return; // It is gone as it should be, and another has its name.
                }

                throw now is null ? StoreErrors.NotFound(placed) : KubernetesErrors.Conflict(placed, state.ResourceVersion, now.ResourceVersion, now.Owners.Last);
            default:
                throw KubernetesErrors.From(result.Failure, request, placed);
        }
    }

    /// <summary>Creates a secret.</summary>
    /// <returns>As stored, or <see langword="null"/> if there is one.</returns>
    private async Task<SecretMetadata?> CreateAsync(Secret secret, SecretId id, CancellationToken cancellationToken)
    {
        string writeId = NewWriteId();
        ApiRequest request = new(HttpMethod.Post, PathOf(id.Namespace) + WriteQuery, TargetOf("create", id.Namespace, id.Name));
        ApiResult<MetadataObject> result = await SendAsync(request, SecretMapping.ToObject(secret, id, writeId, _client.Time.GetUtcNow(), current: null), cancellationToken).ConfigureAwait(false);
        if (result.Value is { } created)
        {
            return Stored(created, secret, id);
        }

        if (result.Failure!.Reason != "AlreadyExists")
        {
            throw KubernetesErrors.From(result.Failure, request, id);
        }

        if (result.IsUncertain && await FindOwnWriteAsync(id, writeId, cancellationToken).ConfigureAwait(false) is { } own)
        {
            return Stored(own, secret, id);
        }

        // The name is not free, and to overwrite what has it would be in vain.
        return result.Failure.Message?.StartsWith(BeingDeleted, StringComparison.Ordinal) == true
            && await ReadStateAsync(id, resourceVersion: null, cancellationToken).ConfigureAwait(false) is { Metadata: { DeletionTimestamp: not null, Finalizers: var waiting } }
            ? throw KubernetesErrors.BeingRemoved(id, waiting)
            : null;
    }

    private async Task<ApiResult<MetadataObject>> SendAsync(ApiRequest request, SecretObject body, CancellationToken cancellationToken)
    {
        byte[] json = [];
        try
        {
            json = JsonSerializer.SerializeToUtf8Bytes(body, KubernetesJson.Default.SecretObject);
            return await _client.SendAsync(request with { Body = json, Accept = ApiRequest.MetadataOnly }, KubernetesJson.Default.MetadataObject, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            body.Clear();
            CryptographicOperations.ZeroMemory(json);
        }
    }

    /// <summary>What a write has stored, by the server's answer: the cluster may add labels, annotations and values of its own to what it was sent.</summary>
    /// <param name="stored">The answer.</param>
    /// <param name="secret">What was sent.</param>
    /// <param name="id">Where it stands.</param>
    /// <param name="leaving">What the answer to a trial still has, and the write itself would remove.</param>
    private SecretMetadata Stored(MetadataObject stored, Secret secret, SecretId id, IReadOnlyList<KeptField>? leaving = null)
    {
        SecretState state = _mapping.StateOf(stored.Metadata);
        if (_dryRunOf is null)
        {
            _memory.Note(id, state);
        }

        SecretMetadata written = secret.Metadata;
        SecretMetadata known = _mapping.ToMetadata(
            stored.Metadata, SecretMapping.TypeOf(written with { Id = id }), written.IsImmutable(), written.Certificate, state.Owners.DataKeys ?? secret.GetData().Keys);
        return leaving is null ? known : known with
        {
            DataKeys = [.. known.DataKeys.Except(leaving.Where(field => field.IsData).Select(field => field.Key))],
            Labels = known.Labels.RemoveRange(leaving.Where(field => !field.IsData).Select(field => field.Key)),
        };
    }

    /// <summary>The secret if it is as a write left it whose answer was lost.</summary>
    private async Task<MetadataObject?> FindOwnWriteAsync(SecretId id, string writeId, CancellationToken cancellationToken)
    {
        SecretState? state = await ReadStateAsync(id, resourceVersion: null, cancellationToken).ConfigureAwait(false);
        return state?.WriteId == writeId ? new MetadataObject { Metadata = state.Metadata } : null;
    }

    private static void EnsureFits(SecretId id, SecretData data)
    {
        long size = Enumerable.Range(0, data.Count).Sum(i => (long)data.ValueAt(i).Length);
        if (size > SecretData.MaxSize)
        {
            throw SecretErrors.DataTooLarge(id, size, SecretData.MaxSize);
        }
    }

    private static string NewWriteId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
}
