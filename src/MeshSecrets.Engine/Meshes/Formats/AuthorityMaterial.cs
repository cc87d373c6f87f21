using System.Collections.Immutable;
using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Keys;

namespace MeshSecrets.Meshes.Formats;

/// <summary>
/// A certificate authority, or only the roots that are trusted, apart from any mesh's form of it. The one who holds it
/// disposes it, which zeroes the key.
/// </summary>
/// <param name="source">Where it comes from, for messages.</param>
/// <param name="key">The authority's private key, owned by this object from now on; <see langword="null"/> if there is none.</param>
public sealed class AuthorityMaterial(string source, PrivateKey? key) : IDisposable
{
    /// <summary>Where it comes from.</summary>
    public string Source { get; } = source;

    /// <summary>The authority's own certificate, then those above it up to the root, without the root; of a root, itself. Empty for trusted roots alone.</summary>
    public ImmutableArray<CertificateInfo> Chain { get; init; } = [];

    /// <summary>What peers shall trust, in the mesh's order: the authority's root, and others beside it during the change of a root.</summary>
    public ImmutableArray<CertificateInfo> Roots { get; init; } = [];

    /// <summary>Revocation lists of its chain (DER).</summary>
    public ImmutableArray<ReadOnlyMemory<byte>> Crls { get; init; } = [];

    /// <summary>Whether there is a private key.</summary>
    public bool HasPrivateKey => key is not null;

    /// <summary>The private key. A method and no property, so that no serializer comes upon it.</summary>
    /// <returns>The key, owned by this object, or <see langword="null"/>.</returns>
    public PrivateKey? GetKey() => key;

    /// <summary>Zeroes the key.</summary>
    public void Dispose() => key?.Dispose();

    /// <summary>Where it comes from, never a value.</summary>
    /// <returns>The source.</returns>
    public override string ToString() => Source;
}
