using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace MeshSecrets.Commands;

/// <summary>Completes the meshes of the store that is meant, if it is connected.</summary>
public sealed class MeshCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Completion.Of(StoredNames.In(fakeBoundParameters["Store"], secret => secret.Id.Mesh), wordToComplete);
}

/// <summary>Completes the Kubernetes namespaces of the store that is meant, if it is connected.</summary>
public sealed class NamespaceCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Completion.Of(StoredNames.NamespacesIn(fakeBoundParameters["Store"]), wordToComplete);
}
