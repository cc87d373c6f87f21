using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using MeshSecrets.Stores.Kubernetes;
using MeshSecrets.Stores.Kubernetes.Connecting;

namespace MeshSecrets.Commands;

/// <summary>Completes the namespaces of a cluster that is about to be connected, as far as the user may list them.</summary>
public sealed class ClusterNamespaceCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        try
        {
            KubeconfigOptions options = new()
            {
                Paths = LanguagePrimitives.ConvertTo<string[]>(fakeBoundParameters["Kubeconfig"]) ?? [],
                Context = LanguagePrimitives.ConvertTo<string?>(fakeBoundParameters["Context"]) is { Length: > 0 } context ? context : null,
            };
            bool inCluster = fakeBoundParameters.Contains("InCluster");
            return Completion.Of(StoredNames.InTime(ct => ListAsync(inCluster ? InClusterConfiguration.Load() : Kubeconfig.Load(options), ct)), wordToComplete);
        }
        catch (Exception e) when (e is MeshException or PSInvalidCastException)
        {
            return []; // A completer has nobody to tell; connecting says what is wrong.
        }
    }

    private static async Task<IReadOnlyList<string>> ListAsync(KubernetesConnection connection, CancellationToken cancellationToken)
    {
        using (connection)
        {
            // Nobody who presses a key asked for a browser.
            if (connection.RunsProgram)
            {
                return [];
            }

            KubernetesStore store = await KubernetesStore.OpenAsync(new KubernetesStoreOptions { Connection = connection }, cancellationToken).ConfigureAwait(false);
            await using (store.ConfigureAwait(false))
            {
                return await store.ListNamespacesAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
