using MeshSecrets.Meshes.Formats;
using MeshSecrets.Secrets;

namespace MeshSecrets.Meshes.Saving;

/// <summary>An authority among objects of a mesh, or why it cannot be had.</summary>
/// <param name="Id">The secret in which it stands, or the first of several.</param>
/// <param name="Format">The name of its form.</param>
/// <param name="Authority">The authority, to be disposed by the caller; <see langword="null"/> if it is broken or incomplete.</param>
/// <param name="Error">What is wrong with it, or <see langword="null"/>.</param>
public sealed record FoundAuthority(SecretId Id, string Format, AuthorityMaterial? Authority, MeshException? Error);
