using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;

namespace MeshSecrets.Meshes.Dependencies;

/// <summary>The references of resources to secrets, by the secret's name, so that many secrets among many resources cost no more than both together.</summary>
internal sealed class ReferenceIndex
{
    private readonly Dictionary<string, List<(SecretUse Use, string Kind, SecretId? Resource)>> _byName = new(StringComparer.Ordinal);

    /// <summary>All references.</summary>
    internal IEnumerable<(SecretUse Use, string Kind, SecretId? Resource)> All => _byName.Values.SelectMany(uses => uses);

    /// <summary>Takes the references of a resource, if it is of a kind that has any.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="id">Its identity in a store, or <see langword="null"/>.</param>
    internal void Add(Manifest resource, SecretId? id)
    {
        foreach (SecretUse use in MeshDialects.RecognizeResource(resource)?.FindUses(resource) ?? [])
        {
            if (!_byName.TryGetValue(use.SecretName, out List<(SecretUse, string, SecretId?)>? uses))
            {
                _byName.Add(use.SecretName, uses = []);
            }

            uses.Add((use, resource.Kind, id));
        }
    }

    /// <summary>Takes the references of all resources in a store: one listing, and the values of resources alone.</summary>
    /// <param name="store">The store.</param>
    /// <param name="unread">Told of what cannot be read or may not be listed; <see langword="null"/> to throw it.</param>
    /// <param name="cancellationToken">Stops the operation.</param>
    internal async Task AddStoreAsync(ISecretStore store, Action<MeshException>? unread, CancellationToken cancellationToken)
    {
        await foreach ((SecretMetadata metadata, Manifest resource) in new StoredResources(store).ListAsync(unread, cancellationToken).ConfigureAwait(false))
        {
            Add(resource, metadata.Id);
        }
    }

    /// <summary>The references that mean a secret.</summary>
    internal IEnumerable<(SecretUse Use, string Kind, SecretId? Resource)> Find(SecretId id) =>
        _byName.TryGetValue(id.Name, out List<(SecretUse Use, string Kind, SecretId? Resource)>? uses) ? uses.Where(each => each.Use.Means(id)) : [];
}
