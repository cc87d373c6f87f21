using System.Collections.Immutable;
using System.IO.Enumeration;
using MeshSecrets.Secrets;

namespace MeshSecrets.Stores;

/// <summary>Which secrets to list. Every condition that is set must hold.</summary>
public sealed record SecretQuery
{
    /// <summary>All secrets.</summary>
    public static SecretQuery All { get; } = new();

    /// <summary>Name patterns with <c>*</c> and <c>?</c>, any of which must match; empty for all.</summary>
    public ImmutableArray<string> Names { get; init; } = [];

    /// <summary>Mesh pattern with <c>*</c> and <c>?</c>; a secret without a mesh does not match. <see langword="null"/> for all.</summary>
    public string? Mesh { get; init; }

    /// <summary>Namespace pattern with <c>*</c> and <c>?</c>; a secret without a namespace does not match. <see langword="null"/> for all.</summary>
    public string? Namespace { get; init; }

    /// <summary>Only secrets with neither mesh nor namespace.</summary>
    public bool GlobalOnly { get; init; }

    /// <summary>The types wanted, any of which must match exactly; empty for all.</summary>
    public ImmutableArray<string> Types { get; init; } = [];

    /// <summary>Labels that must be there with these values; a value of <c>*</c> asks only that the label is there.</summary>
    public ImmutableDictionary<string, string> Labels { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Only secrets whose certificate ends at or before this moment.</summary>
    public DateTimeOffset? ExpiresBefore { get; init; }

    /// <summary>Whether an identity satisfies the conditions on name and scope: a store tests this before it reads more.</summary>
    /// <param name="id">Name and scope.</param>
    /// <returns>Whether it matches.</returns>
    public bool Matches(SecretId id) =>
        MatchesName(id.Name)
        && (!GlobalOnly || id.IsGlobal)
        && MatchesPattern(Mesh, id.Mesh)
        && MatchesPattern(Namespace, id.Namespace);

    /// <summary>Whether a secret satisfies all conditions.</summary>
    /// <param name="metadata">The secret's metadata.</param>
    /// <returns>Whether it matches.</returns>
    public bool Matches(SecretMetadata metadata) =>
        Matches(metadata.Id)
        && (Types.IsDefaultOrEmpty || Types.Contains(metadata.Type))
        && (ExpiresBefore is not { } limit || metadata.Certificate?.NotAfter <= limit)
        && MatchesLabels(metadata.Labels);

    private static bool MatchesPattern(string? pattern, string? value) =>
        pattern is null || (value is not null && FileSystemName.MatchesSimpleExpression(pattern, value, ignoreCase: false));

    private bool MatchesName(string name)
    {
        if (Names.IsDefaultOrEmpty)
        {
            return true;
        }

        foreach (string pattern in Names)
        {
            if (MatchesPattern(pattern, name))
            {
                return true;
            }
        }

        return false;
    }

    private bool MatchesLabels(ImmutableSortedDictionary<string, string> labels)
    {
        foreach ((string key, string value) in Labels)
        {
            if (!labels.TryGetValue(key, out string? actual) || (value != "*" && value != actual))
            {
                return false;
            }
        }

        return true;
    }
}
