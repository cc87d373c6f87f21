using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using MeshSecrets.Meshes;

namespace MeshSecrets.Commands;

/// <summary>Completes the names of rule sets, with what each judges.</summary>
public sealed class RuleSetCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        MeshDialects.RuleSets
            .Where(set => set.Name.StartsWith(wordToComplete.Trim('\'', '"'), StringComparison.OrdinalIgnoreCase))
            .Select(set => new CompletionResult(set.Name, set.Name, CompletionResultType.ParameterValue, set.Description));
}

/// <summary>Completes the identifiers of rules.</summary>
public sealed class RuleIdCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Completion.Of(MeshDialects.RuleSets.SelectMany(set => set.Rules).Select(rule => rule.Id).Distinct().Order(StringComparer.Ordinal), wordToComplete);
}
