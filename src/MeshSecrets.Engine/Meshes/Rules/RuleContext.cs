using System.Collections.Immutable;
using MeshSecrets.Meshes.Manifests;

namespace MeshSecrets.Meshes.Rules;

/// <summary>The surroundings of what is judged, as far as they are known.</summary>
public sealed record RuleContext
{
    /// <summary>The moment at which it is judged.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>How long before its end a certificate is near it; <see langword="null"/> for the last fifth of its life, at most 30 days.</summary>
    public TimeSpan? Within { get; init; }

    /// <summary>The mesh that it is for, or <see langword="null"/>.</summary>
    public string? Mesh { get; init; }

    /// <summary>The trust domain of the mesh, or <see langword="null"/>.</summary>
    public string? TrustDomain { get; init; }

    /// <summary>The hosts that are to be served with the certificate; empty if they are not known.</summary>
    public ImmutableArray<string> Hosts { get; init; } = [];

    /// <summary>The clusters that are registered; empty if they are not known.</summary>
    public ImmutableArray<string> Clusters { get; init; } = [];

    /// <summary>The other subjects that are judged in the same run: secrets beside this one, among which keys may be shared and references lead.</summary>
    public OtherSubjects Others { get; init; } = [];

    /// <summary>Who else holds which key, among all that is judged in the same run; <see langword="null"/> if nothing else is.</summary>
    public KeyOwners? KeyOwners { get; init; }

    /// <summary>Resources in the same run, which may refer to this subject.</summary>
    public ImmutableArray<Manifest> Resources { get; init; } = [];
}
