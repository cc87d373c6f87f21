using System.Globalization;
using System.Text.RegularExpressions;

namespace MeshSecrets.Meshes.Kuma;

/// <summary>Spans of time as Kuma's Mesh has them: one number and one unit (Kuma, <c>mesh_helpers.go</c>); <c>1h30m</c> is refused.</summary>
internal static partial class KumaDuration
{
    private static readonly (string Unit, long Milliseconds)[] s_units = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)];

    /// <summary>Writes a span of time with the largest unit of which it is a whole number.</summary>
    internal static string Format(TimeSpan value)
    {
        long milliseconds = (long)value.TotalMilliseconds;
        (string unit, long size) = s_units.First(unit => milliseconds % unit.Milliseconds == 0);
        return string.Create(CultureInfo.InvariantCulture, $"{milliseconds / size}{unit}");
    }

    /// <summary>Reads a span of time.</summary>
    /// <returns>The span, or <see langword="null"/> if Kuma refuses the text.</returns>
    internal static TimeSpan? TryParse(string? text)
    {
        if (text == "0")
        {
            return TimeSpan.Zero;
        }

        Match match = Form().Match(text ?? "");
        if (!match.Success || !long.TryParse(match.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out long number))
        {
            return null;
        }

        long size = match.Groups[2].Value switch
        {
            "y" => 365 * 86_400_000L,
            "w" => 7 * 86_400_000L,
            string unit => s_units.First(known => known.Unit == unit).Milliseconds,
        };
        return number > TimeSpan.MaxValue.TotalMilliseconds / size ? TimeSpan.MaxValue : TimeSpan.FromMilliseconds(number * size);
    }

    [GeneratedRegex(@"^([0-9]+)(y|w|d|h|m|s|ms)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
