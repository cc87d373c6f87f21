using MeshSecrets.Stores;

namespace MeshSecrets.Commands;

/// <summary>The base of cmdlets that restart what uses secrets: they collect it while records arrive, and restart it at the end, each workload once.</summary>
public abstract class WorkloadRestartCommand : SecretSearchCommand
{
    /// <summary>How long a workload may take to be ready, unless something else is said.</summary>
    private protected static readonly TimeSpan UsualPatience = TimeSpan.FromMinutes(5);

    private readonly Dictionary<MeshStore, WorkloadSelection> _selections = [];

    /// <summary>What is to be restarted in a store.</summary>
    /// <exception cref="MeshException"><c>StoreLacksAbility</c>: no workloads run beside it.</exception>
    private protected WorkloadSelection SelectionIn(MeshStore store)
    {
        if (!_selections.TryGetValue(store, out WorkloadSelection? selection))
        {
            _ = WorkloadsOf(store);
            _selections.Add(store, selection = new WorkloadSelection());
        }

        return selection;
    }

    /// <summary>Restarts what was collected, and writes what became of each.</summary>
    /// <param name="patience">How long each may take to be ready.</param>
    /// <returns>What was not restarted, and why: errors to be written when nothing else is to be done, as the first one may end the command.</returns>
    private protected IReadOnlyList<(MeshException Error, MeshWorkload? Workload)> RestartSelected(TimeSpan patience)
    {
        List<(MeshException, MeshWorkload?)> errors = [];
        foreach ((MeshStore store, WorkloadSelection selection) in _selections.Where(each => !each.Value.IsEmpty))
        {
            try
            {
                Restart(store, selection, patience, errors);
            }
            catch (MeshException e)
            {
                errors.Add((e, null));
            }
        }

        _selections.Clear();
        return errors;
    }

    /// <summary>What the question before a restart calls a secret.</summary>
    private protected virtual string Describe(MeshStore store, string @namespace, string secret) => secret;

    /// <summary>Called when the restarts in a store have ended.</summary>
    /// <param name="store">The store.</param>
    /// <param name="left">Secrets that are used by something that was not restarted.</param>
    private protected virtual void Settle(MeshStore store, IReadOnlySet<(string Namespace, string Name)> left)
    {
    }

    private void Restart(MeshStore store, WorkloadSelection selection, TimeSpan patience, List<(MeshException, MeshWorkload?)> errors)
    {
        IWorkloadStore workloads = WorkloadsOf(store);
        Dictionary<Workload, string[]> accepted = [];
        HashSet<(string Namespace, string Name)> left = [];
        foreach ((Workload workload, string[] secrets) in Run(ct => selection.FindAsync(workloads, ct)))
        {
            // A trial restarts nothing, so nobody need be asked.
            if ((IsDryRun && !IsWhatIf) || ShouldProcess($"{workload}, which uses {string.Join(", ", secrets.Select(secret => Describe(store, workload.Namespace, secret)))}", "Restart workload"))
            {
                accepted.Add(workload, secrets);
                continue;
            }

            left.UnionWith(secrets.Select(secret => (workload.Namespace, secret)));
            if (IsWhatIf)
            {
                WriteObject(new MeshWorkload(workload, secrets, store));
            }
        }

        if (accepted.Count == 0)
        {
            WriteVerbose($"No workload of '{store.Name}' is to be restarted.");
        }
        else
        {
            Restart(store, accepted, left, patience, errors);
        }

        if (!IsDryRun && !IsWhatIf)
        {
            Settle(store, left);
        }
    }

    private void Restart(MeshStore store, Dictionary<Workload, string[]> accepted, HashSet<(string Namespace, string Name)> left, TimeSpan patience, List<(MeshException, MeshWorkload?)> errors)
    {
        IWorkloadStore workloads = WorkloadsOf(store);
        using WorkProgress progress = StartProgress("Restarting workloads", accepted.Count);
        foreach (WorkloadRestart restart in Stream(ct => workloads.RestartAsync(accepted.Keys, patience, ct)))
        {
            progress.Advance(restart.Workload.ToString());
            MeshWorkload result = new(restart.Workload, accepted[restart.Workload], store, restart) { IsTrial = IsDryRun };
            WriteObject(result);
            if (restart.Status != WorkloadStatus.Restarted)
            {
                left.UnionWith(result.Secrets.Select(secret => (restart.Workload.Namespace, secret)));
            }

            if (restart.Error is { } error)
            {
                errors.Add((error, result));
            }
        }
    }

    private protected IWorkloadStore WorkloadsOf(MeshStore store)
    {
        store.Require<IWorkloadStore>("is no cluster, so that no workloads run beside it that could be restarted");
        return (IWorkloadStore)WriterOf(store);
    }
}
