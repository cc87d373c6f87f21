namespace MeshSecrets.Stores.Kubernetes.Leases;

/// <summary>The lease of a trial, which changes nothing and so is in nobody's way.</summary>
internal sealed class TrialLease : IStoreLease
{
    /// <inheritdoc/>
    public CancellationToken Lost => CancellationToken.None;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
