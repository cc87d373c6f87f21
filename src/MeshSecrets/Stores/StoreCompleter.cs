using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using MeshSecrets.Stores;

namespace MeshSecrets.Commands;

/// <summary>Completes the names of connected stores.</summary>
public sealed class StoreCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName,
        string parameterName,
        string wordToComplete,
        CommandAst commandAst,
        IDictionary fakeBoundParameters) =>
        Completion.Of(StoreSession.Current.Stores.Select(store => store.Name), wordToComplete);
}
