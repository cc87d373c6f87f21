using System.Collections.Immutable;

namespace MeshSecrets.Meshes.Formats;

/// <summary>Where something that is written shall stand. What is <see langword="null"/> is as the form has it by default.</summary>
public sealed record FormatTarget
{
    /// <summary>As each form has it by default.</summary>
    public static FormatTarget Default { get; } = new();

    /// <summary>The name of the secret or resource; where a form writes several, what their names begin with.</summary>
    public string? Name { get; init; }

    /// <summary>The mesh.</summary>
    public string? Mesh { get; init; }

    /// <summary>The Kubernetes namespace; <see langword="null"/> for the form's usual one.</summary>
    public string? Namespace { get; init; }

    /// <summary>Whether it is for a mesh outside Kubernetes, as Kuma's Universal mode.</summary>
    public bool IsUniversal { get; init; }

    /// <summary>Further labels.</summary>
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Whether private keys may be written. Without it, a form that has one refuses.</summary>
    public bool IncludePrivateKey { get; init; }
}
