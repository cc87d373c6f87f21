namespace MeshSecrets.Stores.Kubernetes.Connecting;

/// <summary>An identity that stands in the kubeconfig itself.</summary>
internal sealed class FixedCredential(ClusterIdentity identity) : Credential
{
    internal override ValueTask<ClusterIdentity> GetAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        identity.Certificate?.EnsureCurrent(time.GetUtcNow());
        return new(identity);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => identity.Certificate?.Dispose();
}
