using System.Globalization;

namespace MeshSecrets.Benchmarks.Measuring;

/// <summary>The figures, as rows of a Markdown table that grows as they are measured.</summary>
internal sealed class Report(TextWriter output)
{
    private bool _started;

    /// <summary>How many targets were missed.</summary>
    internal int Missed { get; private set; }

    /// <summary>A figure that must reach a target.</summary>
    internal void AtLeast(string what, double figure, double target, string unit = "") =>
        Row(what, Text(figure, unit), $"at least {Text(target, unit)}", figure >= target);

    /// <summary>A figure that must not exceed a target.</summary>
    internal void AtMost(string what, double figure, double target, string unit = "") =>
        Row(what, Text(figure, unit), $"at most {Text(target, unit)}", figure <= target);

    /// <summary>A figure without a target.</summary>
    internal void Note(string what, double figure, string unit) => Row(what, Text(figure, unit), "", met: null);

    /// <summary>Why a figure is missing.</summary>
    internal void Missing(string what, string why) => Row(what, why, "", met: null);

    private static string Text(double figure, string unit) =>
        string.Create(CultureInfo.InvariantCulture, $"{(figure < 10 ? Math.Round(figure, 2) : Math.Round(figure, figure < 100 ? 1 : 0)):#,0.##} {unit}").TrimEnd();

    private void Row(string what, string figure, string target, bool? met)
    {
        if (!_started)
        {
            _started = true;
            output.WriteLine("| | measured | target | |");
            output.WriteLine("|---|---|---|---|");
        }

        Missed += met == false ? 1 : 0;
        output.WriteLine($"| {what} | {figure} | {target} | {(met is { } reached ? reached ? "met" : "MISSED" : "")} |");
        output.Flush();
    }
}
