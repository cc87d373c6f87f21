using System.Globalization;
using System.Text.RegularExpressions;

namespace MeshSecrets.Certificates;

/// <summary>Reads and writes spans of time in the forms that meshes and people use.</summary>
public static partial class Duration
{
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(365_000);

    /// <summary>Checks a span of time that did not come as text.</summary>
    /// <param name="value">The span.</param>
    /// <returns>The span.</returns>
    /// <exception cref="MeshException"><c>DurationInvalid</c> if it is not more than zero, or longer than a thousand years.</exception>
    public static TimeSpan EnsureValid(TimeSpan value) => EnsureValid(value.ToString(null, CultureInfo.InvariantCulture), value);

    /// <summary>
    /// Reads Go's form (<c>24h</c>, <c>1h30m</c>, <c>1.5h</c>, <c>90s</c>), with days (<c>90d</c>, <c>1d12h</c>); ISO 8601
    /// without years and months (<c>P90D</c>, <c>PT24H</c>, <c>P2W</c>); and .NET's (<c>1.12:00:00</c>, <c>00:30:00</c>).
    /// </summary>
    /// <param name="text">The text. <c>m</c> is a minute, as in Go.</param>
    /// <returns>The span of time, positive.</returns>
    /// <exception cref="MeshException"><c>DurationInvalid</c>, saying what is wrong with it.</exception>
    public static TimeSpan Parse(string text)
    {
        string trimmed = text.Trim();
        if (trimmed.Length == 0)
        {
            throw CertificateErrors.DurationInvalid(text, "it is empty");
        }

        if (trimmed.All(char.IsAsciiDigit))
        {
            throw CertificateErrors.DurationInvalid(text, $"it has no unit; write {trimmed}h, {trimmed}d or {trimmed}m (minutes)");
        }

        TimeSpan result = trimmed[0] is 'P' or 'p'
            ? ParseIso(text, trimmed)
            : trimmed.Contains(':', StringComparison.Ordinal)
                ? ParseDotNet(text, trimmed)
                : ParseGo(text, trimmed);
        return EnsureValid(text, result);
    }

    /// <summary>Writes a span of time in Go's form, with days where it is a whole number of them.</summary>
    /// <param name="value">The span.</param>
    /// <returns>For example <c>90d</c>, <c>24h</c> for one day, <c>1h30m</c>.</returns>
    public static string Format(TimeSpan value)
    {
        if (value.Days > 1 && value == TimeSpan.FromDays(value.Days))
        {
            return string.Create(CultureInfo.InvariantCulture, $"{value.Days}d");
        }

        string hours = value.TotalHours >= 1 ? string.Create(CultureInfo.InvariantCulture, $"{(long)value.TotalHours}h") : "";
        string minutes = value.Minutes > 0 ? string.Create(CultureInfo.InvariantCulture, $"{value.Minutes}m") : "";
        decimal rest = (decimal)(value.Ticks % TimeSpan.TicksPerMinute) / TimeSpan.TicksPerSecond;
        string seconds = rest > 0 || hours.Length + minutes.Length == 0 ? string.Create(CultureInfo.InvariantCulture, $"{rest:0.#######}s") : "";
        return hours + minutes + seconds;
    }

    private static TimeSpan ParseGo(string text, string trimmed)
    {
        Match match = GoForm().Match(trimmed);
        if (!match.Success)
        {
            throw CertificateErrors.DurationInvalid(text, "it is in none of the known forms");
        }

        decimal seconds = 0;
        for (int i = 0; i < match.Groups["n"].Captures.Count; i++)
        {
            if (!decimal.TryParse(match.Groups["n"].Captures[i].ValueSpan, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal number)
                || number > 1_000_000_000_000)
            {
                throw CertificateErrors.DurationInvalid(text, "a number in it is too large");
            }

            seconds += number * match.Groups["u"].Captures[i].Value switch
            {
                "d" => 86400m,
                "h" => 3600m,
                "m" => 60m,
                "s" => 1m,
                "ms" => 0.001m,
                "us" or "\u00B5s" or "\u03BCs" => 0.000_001m,
                _ => 0.000_000_001m,
            };
        }

        return FromSeconds(text, seconds);
    }

    private static TimeSpan ParseIso(string text, string trimmed)
    {
        Match match = IsoForm().Match(trimmed);
        if (!match.Success || trimmed[^1] is 'T' or 't' || trimmed.Length < 3)
        {
            throw CertificateErrors.DurationInvalid(text, "it is no ISO 8601 duration of weeks, days, hours, minutes and seconds (years and months have no fixed length: write P365D)");
        }

        return FromSeconds(text, (Number("w") * 604800) + (Number("d") * 86400) + (Number("h") * 3600) + (Number("m") * 60) + Number("s"));

        decimal Number(string group) =>
            match.Groups[group].Success ? decimal.Parse(match.Groups[group].ValueSpan, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture) : 0;
    }

    /// <summary>By the constant form only: with the general one, <c>24:00:00</c> is 24 days.</summary>
    private static TimeSpan ParseDotNet(string text, string trimmed) =>
        TimeSpan.TryParseExact(trimmed, "c", CultureInfo.InvariantCulture, out TimeSpan value)
            ? value
            : throw CertificateErrors.DurationInvalid(text, "it is no time span of the form d.hh:mm:ss (hours up to 23)");

    private static TimeSpan EnsureValid(string text, TimeSpan value)
    {
        if (value <= TimeSpan.Zero)
        {
            throw CertificateErrors.DurationInvalid(text, "it must be more than zero");
        }

        return value <= s_longest ? value : throw TooLong(text);
    }

    private static MeshException TooLong(string text) => CertificateErrors.DurationInvalid(text, "it is longer than a thousand years");

    private static TimeSpan FromSeconds(string text, decimal seconds) =>
        seconds <= (decimal)s_longest.TotalSeconds
            ? TimeSpan.FromTicks((long)(seconds * TimeSpan.TicksPerSecond))
            : throw TooLong(text);

    [GeneratedRegex(@"^(?:(?<n>[0-9]{1,18}(?:\.[0-9]{0,18})?|\.[0-9]{1,18})(?<u>ns|us|\u00B5s|\u03BCs|ms|s|m|h|d))+$", RegexOptions.CultureInvariant)]
    private static partial Regex GoForm();

    [GeneratedRegex(@"^[Pp](?:(?<w>[0-9]{1,9})[Ww])?(?:(?<d>[0-9]{1,9})[Dd])?(?:[Tt](?:(?<h>[0-9]{1,9})[Hh])?(?:(?<m>[0-9]{1,9})[Mm])?(?:(?<s>[0-9]{1,9}(?:\.[0-9]{1,9})?)[Ss])?)?$", RegexOptions.CultureInvariant)]
    private static partial Regex IsoForm();
}
