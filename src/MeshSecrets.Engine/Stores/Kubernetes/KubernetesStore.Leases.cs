using System.Security.Cryptography;
using MeshSecrets.Stores.Kubernetes.Leases;

namespace MeshSecrets.Stores.Kubernetes;

/// <content>Leases, as objects that kubectl shows. They stay when they are given back: their removal would need a permission more, and loses the count of holders.</content>
public sealed partial class KubernetesStore : ILeaseStore
{
    /// <summary>What the names of leases begin with in a cluster.</summary>
    public const string LeasePrefix = "meshsecrets-";

    /// <inheritdoc/>
    public async Task<IStoreLease> AcquireLeaseAsync(string name, string @namespace, TimeSpan patience, CancellationToken cancellationToken)
    {
        if (_dryRunOf is not null)
        {
            return new TrialLease();
        }

        LeaseClient lease = new(_client, _options.FieldManager, @namespace, LeasePrefix + name);
        string identity = $"{Environment.UserName}@{Environment.MachineName}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}";
        return await new LeaseCandidate(lease, identity, _options.LeaseDuration, _client.Time).AcquireAsync(patience, cancellationToken).ConfigureAwait(false);
    }
}
