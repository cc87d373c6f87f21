using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using MeshSecrets.Meshes;

namespace MeshSecrets.Commands;

/// <summary>Completes the names of the forms of authorities.</summary>
public sealed class AuthorityFormatCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Completion.Of(MeshDialects.AuthorityFormats.Select(format => format.Name), wordToComplete);
}

/// <summary>Completes the names of the forms of secrets.</summary>
public sealed class SecretFormCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Completion.Of(MeshDialects.SecretForms.Select(form => form.Name), wordToComplete);
}
