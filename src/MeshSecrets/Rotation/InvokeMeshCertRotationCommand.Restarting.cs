using MeshSecrets.Rotation;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;

namespace MeshSecrets.Commands;

/// <content>
/// Restarts that outlive the run: each renewal notes in its secret that what uses it is to be restarted, and the note goes when that is
/// done. So a run that is stopped or killed before its end owes nothing that the next one would not find.
/// </content>
public sealed partial class InvokeMeshCertRotationCommand
{
    private readonly Dictionary<(MeshStore Store, string Namespace, string Name), SecretMetadata> _owed = [];

    private protected override string Describe(MeshStore store, string @namespace, string secret) =>
        _owed.TryGetValue((store, @namespace, secret), out SecretMetadata? owed) ? $"{secret} (renewed at {owed.RestartDue:u}, and not restarted since)" : secret;

    private protected override void Settle(MeshStore store, IReadOnlySet<(string Namespace, string Name)> left)
    {
        IWorkloadStore workloads = WorkloadsOf(store);
        SecretMetadata[] settled = [.. _owed.Where(each => each.Key.Store == store && !left.Contains((each.Key.Namespace, each.Key.Name))).Select(each => each.Value)];
        Run(ct => Parallel.ForEachAsync(
            settled,
            new ParallelOptions { MaxDegreeOfParallelism = workloads.ConcurrencyOr(1), CancellationToken = ct },
            async (secret, token) => await workloads.SettleRestartAsync(secret, token).ConfigureAwait(false)));
    }

    /// <summary>Takes over a restart that another run owes.</summary>
    /// <returns>Whether that is all there is to do.</returns>
    private bool TakeOver(RotationItem item, MeshStore store)
    {
        if (RestartWorkload && item.Secret is { RestartDue: not null, Id.Namespace: not null })
        {
            Owe(item.Secret, store);
        }

        return !item.IsDue;
    }

    private void Owe(MeshRotationResult result)
    {
        if (!RestartWorkload || result is not { IsDone: true, Namespace: { } @namespace })
        {
            return;
        }

        SelectionIn(result.Store).AddSecret(@namespace, result.Name);
        if (result.Stored is { } stored)
        {
            Owe(stored, result.Store);
        }
    }

    private void Owe(SecretMetadata secret, MeshStore store)
    {
        SelectionIn(store).AddSecret(secret.Id.Namespace!, secret.Id.Name);
        _owed[(store, secret.Id.Namespace!, secret.Id.Name)] = secret;
    }
}
