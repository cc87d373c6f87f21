using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using MeshSecrets.Stores.Kubernetes.Connecting;

namespace MeshSecrets.Commands;

/// <summary>Completes the contexts of the kubeconfigs that are meant.</summary>
public sealed class KubeconfigContextCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        try
        {
            string[] paths = LanguagePrimitives.ConvertTo<string[]>(fakeBoundParameters["Kubeconfig"]) ?? [];
            return Completion.Of([.. Kubeconfig.ListContexts(new KubeconfigOptions { Paths = paths }).Select(context => context.Name)], wordToComplete);
        }
        catch (Exception e) when (e is MeshException or PSInvalidCastException)
        {
            return []; // A completer has nobody to tell; connecting says what is wrong.
        }
    }
}
