using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using MeshSecrets.Secrets;

namespace MeshSecrets.Commands;

/// <summary>Completes the names of TLS keys in the connected default store.</summary>
public sealed class TlsKeyCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Completion.Of(StoredNames.In(fakeBoundParameters["Store"], SecretType.Tls, wordToComplete), wordToComplete);
}
