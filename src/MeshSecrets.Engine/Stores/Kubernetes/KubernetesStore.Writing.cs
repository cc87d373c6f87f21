using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using MeshSecrets.Secrets;
using MeshSecrets.Stores.Kubernetes.Api;

namespace MeshSecrets.Stores.Kubernetes;

/// <content>Writing and removing. Nothing is ever overwritten that was not read: each change names the version it starts from.</content>
public sealed partial class KubernetesStore
{
    // How often a change that is free of conditions starts anew because somebody else was faster.
    private const int MaxRounds = 8;

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
                return await UpdateAsync(write.Secret, id, expected, cancellationToken).ConfigureAwait(false) ?? throw StoreErrors.NotFound(id);
            default:
                for (int round = 0; round < MaxRounds; round++)
                {
                    if ((await CreateAsync(write.Secret, id, cancellationToken).ConfigureAwait(false)
                        ?? await UpdateAsync(write.Secret, id, expected: null, cancellationToken).ConfigureAwait(false)) is { } stored)
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
        ApiResult<ApiStatus> result = await _client.SendAsync(request, KubernetesJson.Default.ApiStatus, cancellationToken).ConfigureAwait(false);
        switch (result.Failure)
        {
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

        return result.IsUncertain && await FindOwnWriteAsync(id, writeId, cancellationToken).ConfigureAwait(false) is { } own ? Stored(own, secret, id) : null;
    }

    /// <summary>Changes a secret by server-side apply.</summary>
    /// <returns>As stored, or <see langword="null"/> if there is none.</returns>
    private async Task<SecretMetadata?> UpdateAsync(Secret secret, SecretId id, string? expected, CancellationToken cancellationToken)
    {
        for (int round = 0; round < MaxRounds; round++)
        {
            if (await ReadStateAsync(id, expected, cancellationToken).ConfigureAwait(false) is not { } state)
            {
                return null;
            }

            if (expected is not null && state.ResourceVersion != expected)
            {
                throw KubernetesErrors.Conflict(id, expected, state.ResourceVersion, state.Owners.Last);
            }

            EnsureSameMesh(id, secret, state);
            if (await ApplyAsync(secret, id, state, cancellationToken).ConfigureAwait(false) is { } stored)
            {
                return stored;
            }

            if (expected is not null)
            {
                SecretState? now = await ReadStateAsync(id, resourceVersion: null, cancellationToken).ConfigureAwait(false);
                return now is null ? null : throw KubernetesErrors.Conflict(id, expected, now.ResourceVersion, now.Owners.Last);
            }
        }

        throw KubernetesErrors.Changing(id);
    }

    /// <returns>As stored, or <see langword="null"/> if the state is not the present one.</returns>
    private async Task<SecretMetadata?> ApplyAsync(Secret secret, SecretId id, SecretState state, CancellationToken cancellationToken, bool isRetry = false)
    {
        IReadOnlyList<KeptField> kept = SecretMapping.FindKept(secret, state);
        IReadOnlyList<KeptField> unseen = SecretMapping.FindUnseen(secret, state);
        if (kept.Count + unseen.Count > 0 && !_options.ForceConflicts)
        {
            throw KubernetesErrors.OwnedByOthers(id, [.. kept.Concat(unseen).Select(field => (field.Name, field.Manager))]);
        }

        string writeId = NewWriteId();
        SecretObject wanted = SecretMapping.ToObject(secret, id, writeId, _client.Time.GetUtcNow(), state);

        // One request where one will do. The version that is named makes sure that the owners are still those looked at.
        bool takesOver = state.Owners.NeedsHandover && state.Owners.TakesOverByForce(wanted);
        if (state.Owners.NeedsHandover && !takesOver)
        {
            wanted.Clear();
            if (await HandOverAsync(id, state, cancellationToken).ConfigureAwait(false) is not { } handed)
            {
                return null;
            }

            state = handed;
            wanted = SecretMapping.ToObject(secret, id, writeId, _client.Time.GetUtcNow(), state);
        }

        string force = takesOver || isRetry || _options.ForceConflicts ? "&force=true" : "";
        ApiRequest request = new(HttpMethod.Patch, PathOf(id) + WriteQuery + force, TargetOf("patch", id)) { ContentType = ApiRequest.ApplyPatch };
        ApiResult<MetadataObject> result = await SendAsync(request, wanted, cancellationToken).ConfigureAwait(false);
        if (result.Value is { } applied)
        {
            // Only now: with the new values in place, what is too much does less harm than what would be missing.
            return Stored(kept.Count == 0 || _dryRunOf is not null ? applied : await RemoveAsync(id, applied, kept, cancellationToken).ConfigureAwait(false), secret, id);
        }

        ApiStatus failure = result.Failure!;
        if (failure.StatusCode == HttpStatusCode.Conflict)
        {
            if (result.IsUncertain && await FindOwnWriteAsync(id, writeId, cancellationToken).ConfigureAwait(false) is { } own)
            {
                return Stored(own, secret, id);
            }

            // A field that somebody set since this write was begun is no quarrel about it: the state is an old one.
            if (FieldConflicts.Read(failure) is { Count: > 0 } owned
                && (await ReadStateAsync(id, resourceVersion: null, cancellationToken).ConfigureAwait(false))?.ResourceVersion == state.ResourceVersion)
            {
                // A trial keeps no hand-over, so what this store created conflicts with what it applies; only fields of others count.
                return _dryRunOf is not null && !isRetry && owned.All(each => each.Manager == _options.FieldManager)
                    ? await ApplyAsync(secret, id, state, cancellationToken, isRetry: true).ConfigureAwait(false)
                    : throw KubernetesErrors.OwnedByOthers(id, owned.Any(IsOther) ? owned.Where(IsOther) : owned);
            }

            return null;
        }

        throw await ExplainAsync(failure, request, secret, id, cancellationToken).ConfigureAwait(false);
    }

    private bool IsOther((string Field, string Manager) owned) => owned.Manager != _options.FieldManager;

    /// <summary>
    /// Hands what this store set when it created the secret over to what it applies: else a value that a later write
    /// leaves out would stay, since its creation would still ask for it.
    /// </summary>
    /// <remarks><see href="https://kubernetes.io/docs/reference/using-api/server-side-apply/#upgrading-from-client-side-apply-to-server-side-apply"/>.</remarks>
    private async Task<SecretState?> HandOverAsync(SecretId id, SecretState state, CancellationToken cancellationToken)
    {
        JsonObject sameVersion = new() { ["op"] = "replace", ["path"] = "/metadata/resourceVersion", ["value"] = state.ResourceVersion };
        JsonArray steps = [sameVersion, .. state.Owners.Handover()];
        ApiRequest request = new(HttpMethod.Patch, PathOf(id) + WriteQuery, TargetOf("patch", id))
        {
            ContentType = ApiRequest.JsonPatch,
            Accept = ApiRequest.MetadataOnly,
            Body = System.Text.Encoding.UTF8.GetBytes(steps.ToJsonString()),
        };
        ApiResult<MetadataObject> result = await _client.SendAsync(request, KubernetesJson.Default.MetadataObject, cancellationToken).ConfigureAwait(false);
        if (result is { IsUncertain: true, Failure.StatusCode: HttpStatusCode.Conflict })
        {
            // It may be done, and its answer lost. Whatever of it others changed since, the apply that follows tells by their fields.
            SecretState? now = await ReadStateAsync(id, resourceVersion: null, cancellationToken).ConfigureAwait(false);
            return now is { Owners.NeedsHandover: false } && now.WriteId == state.WriteId && now.Metadata.Uid == state.Metadata.Uid ? now : null;
        }

        return result switch
        {
            // A trial keeps nothing, so what follows starts from what is there.
            { Value: not null } when _dryRunOf is not null => state,
            { Value: { } handed } => _mapping.StateOf(handed.Metadata),
            { Failure.StatusCode: HttpStatusCode.Conflict or HttpStatusCode.NotFound } => null,
            _ => throw KubernetesErrors.From(result.Failure!, request, id),
        };
    }

    /// <summary>Removes fields that other managers set: an apply leaves them.</summary>
    private async Task<MetadataObject> RemoveAsync(SecretId id, MetadataObject applied, IReadOnlyList<KeptField> fields, CancellationToken cancellationToken)
    {
        JsonObject patch = new() { ["metadata"] = new JsonObject { ["resourceVersion"] = applied.Metadata.ResourceVersion } };
        foreach (KeptField field in fields)
        {
            JsonObject parent = patch;
            foreach (string step in field.Parents)
            {
                parent[step] ??= new JsonObject();
                parent = parent[step]!.AsObject();
            }

            parent[field.Key] = null;
        }

        ApiRequest request = new(HttpMethod.Patch, PathOf(id) + WriteQuery, TargetOf("patch", id))
        {
            ContentType = ApiRequest.MergePatch,
            Accept = ApiRequest.MetadataOnly,
            Body = System.Text.Encoding.UTF8.GetBytes(patch.ToJsonString()),
        };
        ApiResult<MetadataObject> result = await _client.SendAsync(request, KubernetesJson.Default.MetadataObject, cancellationToken).ConfigureAwait(false);
        return result switch
        {
            { Value: { } removed } => removed,
            { Failure.StatusCode: HttpStatusCode.Conflict } => throw KubernetesErrors.LeftOver(id, fields.Select(field => (field.Name, field.Manager))),
            _ => throw KubernetesErrors.From(result.Failure!, request, id),
        };
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

    private SecretMetadata Stored(MetadataObject stored, Secret secret, SecretId id)
    {
        if (_dryRunOf is null)
        {
            _memory.Note(id, _mapping.StateOf(stored.Metadata));
        }

        SecretMetadata written = secret.Metadata;
        bool immutable = written.Annotations.ContainsKey(SecretMapping.FieldsAnnotation);
        return SecretMapping.ToMetadata(stored.Metadata, SecretMapping.TypeOf(written with { Id = id }), immutable, written.Certificate, secret.GetData().Keys);
    }

    /// <summary>The secret if it is as a write left it whose answer was lost.</summary>
    private async Task<MetadataObject?> FindOwnWriteAsync(SecretId id, string writeId, CancellationToken cancellationToken)
    {
        SecretState? state = await ReadStateAsync(id, resourceVersion: null, cancellationToken).ConfigureAwait(false);
        return state?.WriteId == writeId ? new MetadataObject { Metadata = state.Metadata } : null;
    }

    /// <summary>What a refused change means: the server says "immutable" of a type as of a value.</summary>
    private async Task<MeshException> ExplainAsync(ApiStatus failure, ApiRequest request, Secret secret, SecretId id, CancellationToken cancellationToken)
    {
        if (failure.StatusCode == HttpStatusCode.UnprocessableEntity)
        {
            using Secret? present = await ReadAsync(id, cancellationToken).ConfigureAwait(false);
            if (present?.Metadata.Annotations.ContainsKey(SecretMapping.FieldsAnnotation) == true)
            {
                return KubernetesErrors.Immutable(id);
            }

            string wanted = SecretMapping.TypeOf(secret.Metadata with { Id = id });
            if (present is not null && present.Metadata.Type != wanted)
            {
                return StoreErrors.TypeImmutable(id, present.Metadata.Type, wanted);
            }
        }

        return KubernetesErrors.From(failure, request, id);
    }

    private static void EnsureSameMesh(SecretId id, Secret secret, SecretState state)
    {
        string? mesh = SecretMapping.MeshOf(state.Metadata, SecretMapping.TypeOf(secret.Metadata with { Id = id }));
        if (mesh != id.Mesh)
        {
            throw KubernetesErrors.MeshImmutable(id, mesh);
        }
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
