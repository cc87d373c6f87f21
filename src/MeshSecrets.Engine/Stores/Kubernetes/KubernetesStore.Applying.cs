using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using MeshSecrets.Secrets;
using MeshSecrets.Stores.Kubernetes.Api;

namespace MeshSecrets.Stores.Kubernetes;

/// <content>Changing what is there, by server-side apply.</content>
public sealed partial class KubernetesStore
{
    private const string AnnotationField = "metadata.annotations.";

    /// <summary>Changes a secret by server-side apply.</summary>
    /// <returns>As stored, or <see langword="null"/> if there is none.</returns>
    private async Task<SecretMetadata?> UpdateAsync(SecretWrite write, SecretId id, string? expected, CancellationToken cancellationToken)
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

            if (state.Metadata.DeletionTimestamp is not null)
            {
                throw KubernetesErrors.BeingRemoved(id, state.Metadata.Finalizers); // What is written now is lost soon.
            }

            EnsureSameMesh(id, write.Secret, state);
            if (await ApplyAsync(write, id, state, cancellationToken).ConfigureAwait(false) is { } stored)
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
    private async Task<SecretMetadata?> ApplyAsync(SecretWrite write, SecretId id, SecretState state, CancellationToken cancellationToken, bool isRetry = false)
    {
        Secret secret = write.Secret;
        if (state.Owners.AreUnknown)
        {
            if (await ReadOwnersAsync(id, state, cancellationToken).ConfigureAwait(false) is not { } known)
            {
                return null;
            }

            state = known;
        }

        IReadOnlyList<KeptField> kept = SecretMapping.FindKept(secret, state);
        IReadOnlyList<KeptField> unseen = SecretMapping.FindUnseen(secret, state);
        if (kept.Count + unseen.Count > 0 && !_options.ForceConflicts)
        {
            throw await OwnedByOthersAsync(secret, id, [.. kept.Concat(unseen).Select(field => (field.Name, field.Manager))], cancellationToken).ConfigureAwait(false);
        }

        string writeId = NewWriteId();
        string? restartDue = write.RestartDue?.UtcDateTime.ToString("O", CultureInfo.InvariantCulture) ?? state.RestartDue;
        SecretObject wanted = SecretMapping.ToObject(secret, id, writeId, _client.Time.GetUtcNow(), state, restartDue);

        // One request where one will do. The version that is named makes sure that the owners are still those looked at.
        bool isNoteTaken = state.Owners.TakenNotes.Count > 0;
        bool takesOver = state.Owners.NeedsHandover && !isNoteTaken && state.Owners.TakesOverByForce(wanted);
        if ((state.Owners.NeedsHandover || isNoteTaken) && !takesOver)
        {
            wanted.Clear();
            if (await HandOverAsync(id, state, cancellationToken).ConfigureAwait(false) is not { } handed)
            {
                return null;
            }

            state = handed;
            wanted = SecretMapping.ToObject(secret, id, writeId, _client.Time.GetUtcNow(), state, restartDue);
        }

        string force = takesOver || isRetry || _options.ForceConflicts ? "&force=true" : "";
        ApiRequest request = new(HttpMethod.Patch, PathOf(id) + WriteQuery + force, TargetOf("patch", id)) { ContentType = ApiRequest.ApplyPatch };
        ApiResult<MetadataObject> result = await SendAsync(request, wanted, cancellationToken).ConfigureAwait(false);
        if (result.Value is { } applied)
        {
            // Only now: with the new values in place, what is too much does less harm than what would be missing.
            return kept.Count == 0 ? Stored(applied, secret, id)
                : _dryRunOf is not null ? Stored(applied, secret, id, kept)
                : Stored(await RemoveAsync(secret, id, applied, kept, cancellationToken).ConfigureAwait(false), secret, id);
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
                return _dryRunOf is not null && !isRetry && !owned.Any(IsOther)
                    ? await ApplyAsync(write, id, state, cancellationToken, isRetry: true).ConfigureAwait(false)
                    : throw await OwnedByOthersAsync(secret, id, owned.Any(IsOther) ? owned.Where(IsOther) : owned, cancellationToken).ConfigureAwait(false);
            }

            return null;
        }

        throw await ExplainAsync(failure, request, secret, id, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The state of a secret of which the server names no owner, with the names of its values: what a write leaves out would stay unseen.</summary>
    /// <returns>The state, or <see langword="null"/> if it is not the present one.</returns>
    private async Task<SecretState?> ReadOwnersAsync(SecretId id, SecretState state, CancellationToken cancellationToken)
    {
        using Secret? present = await ReadAsync(id, cancellationToken).ConfigureAwait(false);
        return present?.Metadata.ResourceVersion == state.ResourceVersion
            ? state with { Owners = FieldOwners.OfNobody(state.Metadata, present.GetData().Keys, _options.FieldManager) }
            : null;
    }

    private bool IsOther((string Field, string Manager) owned) =>
        owned.Manager != _options.FieldManager && !(owned.Field.StartsWith(AnnotationField, StringComparison.Ordinal) && SecretMapping.IsOwnNote(owned.Field[AnnotationField.Length..]));

    /// <summary>
    /// Hands what this store set when it created the secret over to what it applies: else a value that a later write
    /// leaves out would stay, since its creation would still ask for it. The store's own notes that somebody else set go:
    /// with them goes whose they are.
    /// </summary>
    /// <remarks><see href="https://kubernetes.io/docs/reference/using-api/server-side-apply/#upgrading-from-client-side-apply-to-server-side-apply"/>.</remarks>
    private async Task<SecretState?> HandOverAsync(SecretId id, SecretState state, CancellationToken cancellationToken)
    {
        JsonObject sameVersion = new() { ["op"] = "replace", ["path"] = "/metadata/resourceVersion", ["value"] = state.ResourceVersion };
        IEnumerable<JsonNode> notes = state.Owners.TakenNotes.Select(note => new JsonObject
        {
            ["op"] = "remove",
            ["path"] = $"/metadata/annotations/{note.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}",
        });
        JsonArray steps = [sameVersion, .. state.Owners.Handover(), .. notes];
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

    /// <summary>The error of fields that others own; of what can never change, that first, for to take the fields over would not help there.</summary>
    private async Task<MeshException> OwnedByOthersAsync(Secret secret, SecretId id, IEnumerable<(string Field, string Manager)> owned, CancellationToken cancellationToken)
    {
        using Secret? present = await ReadAsync(id, cancellationToken).ConfigureAwait(false);
        return present?.Metadata.IsImmutable() == true && !(secret.Metadata.IsImmutable() && secret.GetData().ContentEquals(present.GetData()))
            ? KubernetesErrors.Immutable(id)
            : KubernetesErrors.OwnedByOthers(id, owned);
    }

    /// <summary>What a refused change means: the server says "immutable" of a type as of a value.</summary>
    private async Task<MeshException> ExplainAsync(ApiStatus failure, ApiRequest request, Secret secret, SecretId id, CancellationToken cancellationToken)
    {
        if (failure.StatusCode == HttpStatusCode.UnprocessableEntity)
        {
            using Secret? present = await ReadAsync(id, cancellationToken).ConfigureAwait(false);
            if (present?.Metadata.IsImmutable() == true)
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
}
