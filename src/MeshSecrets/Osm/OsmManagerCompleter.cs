using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace MeshSecrets.Commands;

/// <summary>Completes the certificate managers of Open Service Mesh.</summary>
public sealed class OsmManagerCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Completion.Of(["tresor", "vault", "cert-manager"], wordToComplete);
}
