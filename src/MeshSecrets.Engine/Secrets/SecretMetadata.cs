using System.Collections.Immutable;
using MeshSecrets.Certificates;

namespace MeshSecrets.Secrets;

/// <summary>
/// All that is known of a secret without reading its values: enough to list, filter and plan a rotation.
/// </summary>
public sealed record SecretMetadata
{
    /// <summary>Name and scope.</summary>
    public required SecretId Id { get; init; }

    /// <summary>The kind of content; see <see cref="SecretType"/>. Never changes once the secret exists.</summary>
    public required string Type { get; init; }

    /// <summary>User-defined labels, by which secrets are selected.</summary>
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Further notes that are not selected by; the product's own start with <c>meshsecrets.io/</c>.</summary>
    public ImmutableSortedDictionary<string, string> Annotations { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>What the secret's leading certificate says, or <see langword="null"/> if it holds none.</summary>
    public CertificateSummary? Certificate { get; init; }

    /// <summary>The names of the data keys, in ordinal order. Set by the store.</summary>
    public ImmutableArray<string> DataKeys { get; init; } = [];

    /// <summary>The data keys that somebody else keeps in a store where several write one secret, and who that is. Set by the store.</summary>
    public ImmutableSortedDictionary<string, string> DataOwners { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Whether its removal was begun, and waits for others to agree. Set by the store.</summary>
    public bool IsBeingRemoved { get; init; }

    /// <summary>When it was renewed, if what uses it was to be restarted and was not since. Set by the store.</summary>
    public DateTimeOffset? RestartDue { get; init; }

    /// <summary>1 for a new secret, one more with each change. Set by the store.</summary>
    public long Version { get; init; }

    /// <summary>An opaque token that changes with each write, for compare-and-swap. Empty before the first write. Set by the store.</summary>
    public string ResourceVersion { get; init; } = "";

    /// <summary>When the secret was first written (UTC). Set by the store.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When this version was written (UTC). Set by the store.</summary>
    public DateTimeOffset UpdatedAt { get; init; }
}
