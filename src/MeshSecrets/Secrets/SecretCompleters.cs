using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using MeshSecrets.Secrets;

namespace MeshSecrets.Commands;

/// <summary>Completes the names of secrets in the store that is meant, if it is connected.</summary>
public sealed class SecretNameCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Completion.Of(StoredNames.In(fakeBoundParameters["Store"], type: null, wordToComplete), wordToComplete);
}

/// <summary>Completes the types of secrets in common use.</summary>
public sealed class SecretTypeCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Completion.Of([SecretType.Opaque, SecretType.Tls, SecretType.CertificateAuthority], wordToComplete);
}
