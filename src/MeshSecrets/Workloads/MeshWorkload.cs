using MeshSecrets.Stores;

namespace MeshSecrets;

/// <summary>A workload in a cluster that uses secrets, and what became, or would become, of its restart.</summary>
public sealed class MeshWorkload
{
    private const string Planned = "Planned";

    private readonly WorkloadRestart? _restart;

    internal MeshWorkload(Workload workload, IEnumerable<string> secrets, MeshStore store, WorkloadRestart? restart = null)
    {
        Workload = workload;
        _restart = restart;
        Secrets = [.. secrets];
        Store = store;
    }

    internal Workload Workload { get; }

    /// <summary>Whether the restart was tried only.</summary>
    internal bool IsTrial { get; init; }

    internal MeshException? Error => _restart?.Error;

    /// <summary><c>Deployment</c>, <c>StatefulSet</c> or <c>DaemonSet</c>.</summary>
    public string Kind => Workload.Kind.ToString();

    /// <summary>The name.</summary>
    public string Name => Workload.Name;

    /// <summary>The Kubernetes namespace.</summary>
    public string Namespace => Workload.Namespace;

    /// <summary>
    /// <c>Restarted</c> (all its pods are new and ready, but those that a partition holds back: then with an error), <c>TimedOut</c>, <c>Failed</c>, <c>NotRestarted</c> (one before it
    /// failed, or a restart would replace no pod), or with -WhatIf, and with -DryRun once the server agreed, <c>Planned</c>.
    /// </summary>
    public string Status => _restart is null || (IsTrial && _restart.Status == WorkloadStatus.Restarted) ? Planned : _restart.Status.ToString();

    /// <summary>The names of the secrets that it uses, of those that were asked for.</summary>
    public IReadOnlyList<string> Secrets { get; }

    /// <summary>The id of what went wrong, or nothing.</summary>
    public string? ErrorId => Error?.ErrorId;

    /// <summary>What went wrong, or nothing.</summary>
    public string? ErrorMessage => Error?.Message;

    /// <summary>Where its secrets are kept.</summary>
    public MeshStore Store { get; }

    /// <summary>Kind, namespace, name and status.</summary>
    /// <returns>For example <c>Deployment shop/web: Restarted</c>.</returns>
    public override string ToString() => $"{Workload}: {Status}";
}
