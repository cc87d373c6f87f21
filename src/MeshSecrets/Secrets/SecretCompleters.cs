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

/// <summary>Completes the data keys of the secret that is named, if its store is connected.</summary>
public sealed class DataKeyCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        try
        {
            string[] names = LanguagePrimitives.ConvertTo<string[]>(fakeBoundParameters["Name"]) ?? [];
            string? mesh = LanguagePrimitives.ConvertTo<string?>(fakeBoundParameters["Mesh"]) is { Length: > 0 } givenMesh ? givenMesh : null;
            string? @namespace = LanguagePrimitives.ConvertTo<string?>(fakeBoundParameters["Namespace"]) is { Length: > 0 } givenNamespace ? givenNamespace : null;
            return Completion.Of(StoredNames.KeysIn(fakeBoundParameters["Store"], names, mesh, @namespace), wordToComplete);
        }
        catch (PSInvalidCastException)
        {
            return []; // A completer has nobody to tell; running the line says what is wrong.
        }
    }
}

/// <summary>Completes the types of secrets in common use.</summary>
public sealed class SecretTypeCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Completion.Of([SecretType.Opaque, SecretType.Tls, SecretType.CertificateAuthority], wordToComplete);
}
