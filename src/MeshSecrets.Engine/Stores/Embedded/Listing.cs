using MeshSecrets.Secrets;

namespace MeshSecrets.Stores.Embedded;

/// <summary>The current version of every secret at one moment, in order of identity.</summary>
internal sealed record Listing(IReadOnlyList<(SecretId Id, EntryLocation Location)> Items);
