using System.Text.RegularExpressions;

namespace MeshSecrets.Meshes.Kuma;

/// <summary>Spans of time as Go and Kubernetes read them; no unit is longer than an hour.</summary>
internal static partial class GoDuration
{
    /// <summary>Whether Go takes a text for a span of time of more than zero.</summary>
    internal static bool IsPositive(string text) => Form().IsMatch(text) && text.AsSpan().ContainsAnyInRange('1', '9');

    /// <summary>Writes a span of time with the largest unit of which it is a whole number.</summary>
    internal static string Format(TimeSpan value) =>
        value.Ticks % TimeSpan.TicksPerHour == 0 ? FormattableString.Invariant($"{value.Ticks / TimeSpan.TicksPerHour}h")
        : value.Ticks % TimeSpan.TicksPerMinute == 0 ? FormattableString.Invariant($"{value.Ticks / TimeSpan.TicksPerMinute}m")
        : FormattableString.Invariant($"{value.TotalSeconds:0.###}s");

    [GeneratedRegex(@"^\+?([0-9]+(\.[0-9]*)?(ns|us|\u00B5s|ms|s|m|h))+\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
