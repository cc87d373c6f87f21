using System.Collections.Immutable;
using MeshSecrets.Secrets;

namespace MeshSecrets.Meshes.Rules;

/// <summary>What came with certificates in files of its own.</summary>
public sealed record SubjectCompanions
{
    /// <summary>Nothing.</summary>
    public static SubjectCompanions None { get; } = new();

    /// <summary>The private key, or <see langword="null"/>.</summary>
    public SourceContent? Key { get; init; }

    /// <summary>What is to be trusted.</summary>
    public ImmutableArray<SourceContent> Authorities { get; init; } = [];

    /// <summary>Revocation lists.</summary>
    public ImmutableArray<SourceContent> Crls { get; init; } = [];
}
