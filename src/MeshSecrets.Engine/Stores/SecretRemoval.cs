using MeshSecrets.Secrets;

namespace MeshSecrets.Stores;

/// <summary>One removal.</summary>
/// <param name="Id">Name and scope.</param>
/// <param name="ResourceVersion">Only if this is still the current one; <see langword="null"/> for any.</param>
public sealed record SecretRemoval(SecretId Id, string? ResourceVersion);
