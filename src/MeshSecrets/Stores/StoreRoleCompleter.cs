using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using MeshSecrets.Stores.Kubernetes.Roles;

namespace MeshSecrets.Commands;

/// <summary>Completes the roles of a store in a cluster.</summary>
public sealed class StoreRoleCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Completion.Of(StoreRoles.All.Select(role => role.Name), wordToComplete);
}
