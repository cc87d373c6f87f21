using System.Net;
using MeshSecrets.Certificates;
using MeshSecrets.Secrets;
using MeshSecrets.Stores.Kubernetes.Api;

namespace MeshSecrets.Stores.Kubernetes;

/// <content>Reading one secret.</content>
public sealed partial class KubernetesStore
{
    /// <inheritdoc/>
    public async Task<Secret?> GetAsync(SecretId id, CancellationToken cancellationToken)
    {
        SecretId placed = Place(id);
        if (await ReadAsync(placed, cancellationToken).ConfigureAwait(false) is not { } secret)
        {
            return null;
        }

        // A cluster knows a secret by namespace and name. Who names a mesh as well means no other one.
        if (placed.Mesh is null || secret.Id.Mesh == placed.Mesh)
        {
            return secret;
        }

        secret.Dispose();
        return null;
    }

    private async Task<Secret?> ReadAsync(SecretId id, CancellationToken cancellationToken)
    {
        ApiRequest request = new(HttpMethod.Get, PathOf(id), TargetOf("get", id));
        ApiResult<SecretObject> result = await _client.SendAsync(request, KubernetesJson.Default.SecretObject, cancellationToken).ConfigureAwait(false);
        return result switch
        {
            { Value: { } found } => ToSecret(found),
            { Failure.StatusCode: HttpStatusCode.NotFound } => null,
            _ => throw KubernetesErrors.From(result.Failure!, request, id),
        };
    }

    private Secret ToSecret(SecretObject found)
    {
        SecretData data = new();
        foreach ((string key, byte[]? value) in found.Data ?? [])
        {
            data.Adopt(key, value ?? []);
        }

        string type = found.Type ?? SecretType.Opaque;
        CertificateSummary? certificate = LeadingCertificate(found.Metadata, type, data);
        SecretMetadata metadata = _mapping.ToMetadata(found.Metadata, type, found.Immutable == true, certificate, data.Keys);
        _memory.Note(metadata.Id, _mapping.StateOf(found.Metadata));
        if (found.Metadata.Uid is { } uid)
        {
            _memory.Note(uid, new SecretContent(metadata.ResourceVersion, certificate, metadata.DataKeys, found.Immutable == true));
        }

        return new Secret(metadata, data);
    }

    /// <summary>The certificate of a TLS key or an authority; none if what others put there is none, which rules judge and listings show.</summary>
    private static CertificateSummary? LeadingCertificate(ObjectMeta metadata, string type, SecretData data)
    {
        if (!HasCertificate(type) || !data.TryGetValue(DataKey.Certificate, out _))
        {
            return null;
        }

        try
        {
            // Not disposed, for the values stay the caller's.
            return TlsKeySecret.ReadChain(new Secret(new SecretMetadata { Id = SecretMapping.IdOf(metadata, type), Type = type }, data))[0].ToSummary();
        }
        catch (MeshException)
        {
            return null;
        }
    }

    private static bool HasCertificate(string type) => type is SecretType.Tls or SecretType.CertificateAuthority;

    /// <summary>The state of a secret, from a former reading of the same version or from its metadata.</summary>
    private async Task<SecretState?> ReadStateAsync(SecretId id, string? resourceVersion, CancellationToken cancellationToken)
    {
        if (resourceVersion is not null && _memory.Find(id, resourceVersion) is { } known)
        {
            return known;
        }

        ApiRequest request = new(HttpMethod.Get, PathOf(id), TargetOf("get", id)) { Accept = ApiRequest.MetadataOnly };
        ApiResult<MetadataObject> result = await _client.SendAsync(request, KubernetesJson.Default.MetadataObject, cancellationToken).ConfigureAwait(false);
        return result switch
        {
            { Value: { } found } => _mapping.StateOf(found.Metadata),
            { Failure.StatusCode: HttpStatusCode.NotFound } => null,
            _ => throw KubernetesErrors.From(result.Failure!, request, id),
        };
    }
}
