using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using MeshSecrets.Meshes.Istio.Resources;

namespace MeshSecrets.Commands;

/// <summary>Completes the TLS modes of gateways.</summary>
public sealed class GatewayModeCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Completion.Of(TlsMode.OfServers, wordToComplete);
}

/// <summary>Completes the TLS modes of clients.</summary>
public sealed class ClientModeCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Completion.Of(TlsMode.OfClients, wordToComplete);
}
