using System.Management.Automation;

namespace MeshSecrets.Commands;

/// <summary>What all completers share: matching what was typed, and quoting where the shell needs it.</summary>
internal static class Completion
{
    internal static IEnumerable<CompletionResult> Of(IEnumerable<string> values, string wordToComplete)
    {
        string typed = wordToComplete.Trim('\'', '"');
        return values
            .Where(value => value.StartsWith(typed, StringComparison.OrdinalIgnoreCase))
            .Select(value => new CompletionResult(Quote(value), value, CompletionResultType.ParameterValue, value));
    }

    private static string Quote(string value) =>
        value.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or '/') ? value : $"'{value.Replace("'", "''", StringComparison.Ordinal)}'";
}
