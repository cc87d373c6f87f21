using System.Diagnostics.CodeAnalysis;
using MeshSecrets.Secrets;
using MeshSecrets.Stores.Kubernetes.Api;

namespace MeshSecrets.Stores.Kubernetes.Watching;

/// <summary>
/// What a watch has told of the secrets that are there: so that after a break it can tell what has changed, and tells
/// nothing twice. A small record each; what is gone is forgotten.
/// </summary>
/// <param name="pendingWriteId">The write of a secret that this store created and has yet to hand over to applied writes.</param>
internal sealed class KnownSecrets(Func<ObjectMeta, string?> pendingWriteId)
{
    private readonly Dictionary<(string? Namespace, string Name), Entry> _entries = [];
    private readonly HashSet<string> _types = new(StringComparer.Ordinal);
    private int _listing;

    /// <summary>Begins a listing: what is not met in it is gone at its end.</summary>
    internal void BeginListing() => _listing++;

    /// <summary>Whether a secret is known just as it is; it counts as met.</summary>
    internal bool IsUnchanged(ObjectMeta metadata)
    {
        if (!TryFind(metadata, out Entry? entry) || entry.Secret.ResourceVersion != metadata.ResourceVersion)
        {
            return false;
        }

        entry.Listing = _listing;
        return true;
    }

    /// <summary>
    /// Whether an event is the first half of this store's second write to a secret: who owns its fields is noted in
    /// another way, and nothing else. The other half follows, and is told.
    /// </summary>
    internal bool IsHandover(ObjectMeta metadata)
    {
        if (!TryFind(metadata, out Entry? entry) || entry.PendingWriteId is not { } pending || pendingWriteId(metadata) is not null
            || metadata.Annotations?.GetValueOrDefault(SecretMapping.WriteIdAnnotation) != pending)
        {
            return false;
        }

        RememberedSecret same = entry.Secret with { ResourceVersion = metadata.ResourceVersion ?? "" };
        _entries[KeyOf(metadata)] = new Entry(same, entry.Uid, pendingWriteId: null, _listing);
        return true;
    }

    /// <summary>Notes a secret, and gives what that changes.</summary>
    /// <param name="metadata">The object.</param>
    /// <param name="secret">What is known of it, which may be of a later moment.</param>
    internal IEnumerable<SecretChange> Note(ObjectMeta metadata, SecretMetadata secret)
    {
        Entry? former = _entries.GetValueOrDefault(KeyOf(metadata));
        string? pending = secret.ResourceVersion == metadata.ResourceVersion ? pendingWriteId(metadata) : null;
        _entries[KeyOf(metadata)] = new Entry(Remember(secret), metadata.Uid, pending, _listing);
        if (former is null)
        {
            return [new SecretChange(SecretChangeKind.Added, secret, Former: null)];
        }

        if (former.Uid != metadata.Uid)
        {
            return [RemovalOf(former), new SecretChange(SecretChangeKind.Added, secret, Former: null)];
        }

        return former.Secret.ResourceVersion == secret.ResourceVersion ? [] : [new SecretChange(SecretChangeKind.Changed, secret, former.Secret)];
    }

    /// <summary>Forgets a secret that is gone or matches no more.</summary>
    /// <param name="metadata">The object as it last was.</param>
    /// <param name="secret">What is known of it, if anything.</param>
    /// <returns>What that changes; nothing if it was not known, or the one that is known has only the same name.</returns>
    internal IEnumerable<SecretChange> Remove(ObjectMeta metadata, SecretMetadata? secret)
    {
        if (!TryFind(metadata, out Entry? former))
        {
            return [];
        }

        _entries.Remove(KeyOf(metadata));
        return [secret is null ? RemovalOf(former) : new SecretChange(SecretChangeKind.Removed, secret, former.Secret)];
    }

    /// <summary>Ends a listing that has met all that is there.</summary>
    /// <returns>What is gone.</returns>
    internal IReadOnlyList<SecretChange> EndListing()
    {
        KeyValuePair<(string? Namespace, string Name), Entry>[] gone = [.. _entries.Where(entry => entry.Value.Listing != _listing)];
        foreach (((string? Namespace, string Name) key, _) in gone)
        {
            _entries.Remove(key);
        }

        return [.. gone.Select(entry => RemovalOf(entry.Value))];
    }

    private static SecretChange RemovalOf(Entry entry) => new(
        SecretChangeKind.Removed,
        new SecretMetadata { Id = entry.Secret.Id, Type = entry.Secret.Type, ResourceVersion = entry.Secret.ResourceVersion },
        entry.Secret);

    private RememberedSecret Remember(SecretMetadata secret)
    {
        // One text for each type, not one for each secret.
        if (!_types.TryGetValue(secret.Type, out string? type))
        {
            _types.Add(type = secret.Type);
        }

        return new RememberedSecret(secret.Id, type, secret.ResourceVersion, secret.Certificate?.Thumbprint, secret.Certificate?.NotAfter);
    }

    private bool TryFind(ObjectMeta metadata, [NotNullWhen(true)] out Entry? entry) =>
        _entries.TryGetValue(KeyOf(metadata), out entry) && entry.Uid == metadata.Uid;

    private static (string? Namespace, string Name) KeyOf(ObjectMeta metadata) => (metadata.Namespace, metadata.Name!);

    private sealed class Entry(RememberedSecret secret, string? uid, string? pendingWriteId, int listing)
    {
        internal RememberedSecret Secret { get; } = secret;

        internal string? Uid { get; } = uid;

        internal string? PendingWriteId { get; } = pendingWriteId;

        internal int Listing { get; set; } = listing;
    }
}
