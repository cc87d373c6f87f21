using System.Text.RegularExpressions;

namespace MeshSecrets.Meshes.Kuma.Rules;

/// <summary>Spans of time as Go reads them; no unit is longer than an hour.</summary>
internal static partial class GoDuration
{
    /// <summary>Whether Go takes a text for a span of time of more than zero.</summary>
    internal static bool IsPositive(string text) => Form().IsMatch(text) && text.AsSpan().ContainsAnyInRange('1', '9');

    [GeneratedRegex(@"^\+?([0-9]+(\.[0-9]*)?(ns|us|\u00B5s|ms|s|m|h))+\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
