using System.Globalization;
using MeshSecrets.Certificates;

namespace MeshSecrets.Meshes.Manifests;

/// <summary>Spans of time in manifests as Go reads them (<c>24h</c>, <c>1h30m</c>): no days, no ISO 8601.</summary>
internal static class GoDuration
{
    /// <summary>The span, or <see langword="null"/> if Go would refuse the text, or it is not more than zero.</summary>
    internal static TimeSpan? TryParse(string text)
    {
        if (text.Length == 0 || !char.IsAsciiLetter(text[^1]) || text.AsSpan().IndexOfAny("dPpTt: ") >= 0)
        {
            return null;
        }

        try
        {
            return Duration.Parse(text);
        }
        catch (MeshException)
        {
            return null; // The answer to the question; the caller says what is wrong.
        }
    }

    /// <summary>Hours, minutes and seconds.</summary>
    internal static string Format(TimeSpan value) => value.Ticks % TimeSpan.TicksPerHour == 0
        ? string.Create(CultureInfo.InvariantCulture, $"{(long)value.TotalHours}h")
        : Duration.Format(value);
}
