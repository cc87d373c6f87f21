using System.Runtime.ExceptionServices;
using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;

namespace MeshSecrets.Meshes.Dependencies;

/// <summary>
/// Who uses what, among the secrets and resources that it was given: first add them all, then ask. Everything is found
/// by name or hash, so that many users of many secrets cost no more than both together.
/// </summary>
/// <remarks>Not safe to use from several threads at once.</remarks>
public sealed partial class DependencyIndex
{
    private readonly HolderReader _reader = new();
    private readonly ReferenceIndex _references = new();
    private readonly List<CertificateHolder> _secrets = [];
    private readonly Dictionary<string, List<CertificateHolder>> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<(CertificateHolder Holder, HeldCertificate Held)>> _byThumbprint = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<CertificateHolder>> _byKey = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<(CertificateHolder Holder, HeldCertificate Held)>> _byIssuer = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<CertificateHolder>> _byRecord = new(StringComparer.Ordinal);

    /// <summary>The values that could not be read for certificates, and the kinds of resources that may not be listed, each with the reason; no value is quoted.</summary>
    public IReadOnlyList<string> Unread => _reader.Unread;

    /// <summary>Adds a secret that was read from elsewhere than a store.</summary>
    /// <param name="secret">The secret; it stays the caller's.</param>
    /// <param name="source">Where it was found.</param>
    public void Add(Secret secret, string source) => Add(_reader.Read(secret, source));

    /// <summary>Adds a resource: what it refers to, and the certificates that stand in it.</summary>
    /// <param name="resource">The resource.</param>
    public void Add(Manifest resource) => Add(resource, id: null);

    /// <summary>Adds all that is in a store: its secrets and the resources of meshes.</summary>
    /// <param name="store">The store.</param>
    /// <param name="source">What the store is called.</param>
    /// <param name="certificates">Whether values are read for certificates and keys; without them, only references and recorded issuers are found.</param>
    /// <param name="cancellationToken">Stops the operation.</param>
    /// <returns>A task.</returns>
    /// <exception cref="MeshException">A resource in it cannot be read, or the store failed.</exception>
    public async Task AddStoreAsync(ISecretStore store, string source, bool certificates, CancellationToken cancellationToken)
    {
        List<SecretId> toRead = [];
        await foreach (SecretMetadata metadata in store.ListAsync(SecretQuery.All, cancellationToken).ConfigureAwait(false))
        {
            if (StoredResource.IsOne(metadata))
            {
                continue;
            }

            if (certificates)
            {
                toRead.Add(metadata.Id);
            }
            else
            {
                Add(HolderReader.Describe(metadata, source));
            }
        }

        await foreach (Secret secret in store.GetManyAsync(toRead, cancellationToken).ConfigureAwait(false))
        {
            using (secret)
            {
                Add(secret, source);
            }
        }

        await foreach ((SecretMetadata metadata, Manifest resource) in new StoredResources(store).ListAsync(NoteDenied, cancellationToken).ConfigureAwait(false))
        {
            Add(new Manifest(resource.Root, source), metadata.Id);
        }
    }

    private void NoteDenied(MeshException error)
    {
        if (error.Kind != MeshErrorKind.PermissionDenied)
        {
            ExceptionDispatchInfo.Throw(error);
        }

        _reader.Unread.Add(error.Message);
    }

    private void Add(Manifest resource, SecretId? id)
    {
        _references.Add(resource, id);
        if (_reader.Read(resource, id) is { } holder)
        {
            Add(holder);
        }
    }

    private void Add(CertificateHolder holder)
    {
        if (holder.Metadata is not null)
        {
            _secrets.Add(holder);
            Into(_byName, holder.Metadata.Id.Name).Add(holder);
        }

        if (holder.RecordedIssuer is { } issuer)
        {
            Into(_byRecord, RecordKey(holder.Source, issuer)).Add(holder);
        }

        foreach (HeldCertificate held in holder.Certificates)
        {
            Into(_byThumbprint, held.Thumbprint).Add((holder, held));
            if (held.Role == CertificateRole.Own)
            {
                Into(_byIssuer, NameKey(held.Certificate.Issuer.Encoded)).Add((holder, held));
            }
        }

        foreach (string key in holder.Keys)
        {
            Into(_byKey, key).Add(holder);
        }
    }

    private static List<T> Into<T>(Dictionary<string, List<T>> lists, string key)
    {
        if (!lists.TryGetValue(key, out List<T>? list))
        {
            lists.Add(key, list = []);
        }

        return list;
    }

    private static string RecordKey(string source, string issuer) => $"{source}\n{issuer}";

    private static string NameKey(ReadOnlyMemory<byte> name) => Convert.ToHexString(name.Span);
}
