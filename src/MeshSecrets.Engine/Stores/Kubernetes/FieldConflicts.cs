using System.Text.RegularExpressions;
using MeshSecrets.Stores.Kubernetes.Api;

namespace MeshSecrets.Stores.Kubernetes;

/// <summary>Reads from a refused apply which fields belong to whom.</summary>
internal static partial class FieldConflicts
{
    private const string Reason = "FieldManagerConflict";

    /// <summary>The fields and their managers; none if the conflict is of another kind.</summary>
    internal static IReadOnlyList<(string Field, string Manager)> Read(ApiStatus failure) =>
    [
        .. (failure.Details?.Causes ?? [])
            .Where(cause => cause.Reason == Reason)
            .Select(cause => ((cause.Field ?? "").TrimStart('.'), ManagerPattern().Match(cause.Message ?? "") is { Success: true } match ? match.Groups[1].Value : "another")),
    ];

    [GeneratedRegex("conflict with \"([^\"]+)\"")]
    private static partial Regex ManagerPattern();
}
