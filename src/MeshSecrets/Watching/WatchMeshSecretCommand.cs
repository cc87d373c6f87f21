using System.Management.Automation;
using System.Runtime.CompilerServices;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;

namespace MeshSecrets.Commands;

/// <summary>Tells of secrets that are added, changed and removed, as it happens and until it is stopped.</summary>
[Cmdlet(VerbsCommon.Watch, "MeshSecret")]
[OutputType(typeof(MeshSecretEvent))]
public sealed class WatchMeshSecretCommand : WatchCommand
{
    private protected override async IAsyncEnumerable<object> WatchAsync(
        MeshStore store, SecretQuery query, Func<SecretId, bool> matches, PipelineOutput output, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        SecretWatchOptions options = new() { IncludePresent = IncludePresent, OnBreak = output.WriteVerbose, OnTrouble = output.WriteWarning };
        await foreach (SecretChange change in Watchable(store).WatchAsync(query, options, cancellationToken).ConfigureAwait(false))
        {
            if (matches(change.Secret.Id))
            {
                yield return new MeshSecretEvent(change, store, Time.GetUtcNow().UtcDateTime);
            }
        }
    }
}
