using MeshSecrets.Secrets;

namespace MeshSecrets.Stores;

/// <summary>What a watch remembers of each secret that is there: so little that it can watch all of a large cluster for months.</summary>
/// <param name="Id">Name and scope.</param>
/// <param name="Type">The kind of content.</param>
/// <param name="ResourceVersion">The version that was last told.</param>
/// <param name="Thumbprint">SHA-256 of its certificate, if it has one.</param>
/// <param name="NotAfter">The last moment of its certificate.</param>
public sealed record RememberedSecret(SecretId Id, string Type, string ResourceVersion, string? Thumbprint, DateTimeOffset? NotAfter);
