using System.Net;
using System.Text.Json.Nodes;
using MeshSecrets.Secrets;
using MeshSecrets.Stores.Kubernetes.Api;

namespace MeshSecrets.Stores.Kubernetes;

/// <content>Taking over what other managers set: what a write leaves out has to be removed beside the apply.</content>
public sealed partial class KubernetesStore
{
    /// <summary>Removes fields that other managers set: an apply leaves them.</summary>
    private async Task<MetadataObject> RemoveAsync(Secret secret, SecretId id, MetadataObject applied, IReadOnlyList<KeptField> fields, CancellationToken cancellationToken)
    {
        SecretState written = _mapping.StateOf(applied.Metadata);
        SecretState? now = written;
        for (int round = 0; round < MaxRounds; round++)
        {
            if (await TryRemoveAsync(id, now, fields, cancellationToken).ConfigureAwait(false) is { } removed)
            {
                return removed;
            }

            now = await ReadStateAsync(id, resourceVersion: null, cancellationToken).ConfigureAwait(false);
            if (now?.WriteId != written.WriteId || now is null)
            {
                return applied; // Another of our writes, or a removal, came after this one: what is there now is its concern.
            }

            HashSet<string> left = [.. SecretMapping.FindKept(secret, now).Select(field => field.Name)];
            fields = [.. fields.Where(field => left.Contains(field.Name))];
            if (fields.Count == 0)
            {
                return new MetadataObject { Metadata = now.Metadata };
            }
        }

        throw KubernetesErrors.LeftOver(id, fields.Select(field => (field.Name, field.Manager)));
    }

    /// <returns>As stored, or <see langword="null"/> if the state is not the present one.</returns>
    private async Task<MetadataObject?> TryRemoveAsync(SecretId id, SecretState state, IReadOnlyList<KeptField> fields, CancellationToken cancellationToken)
    {
        JsonObject patch = new() { ["metadata"] = new JsonObject { ["resourceVersion"] = state.ResourceVersion } };
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
            { Failure.StatusCode: HttpStatusCode.Conflict } => null,
            _ => throw KubernetesErrors.From(result.Failure!, request, id),
        };
    }
}
