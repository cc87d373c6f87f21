using MeshSecrets.Secrets;

namespace MeshSecrets.Stores.Kubernetes;

/// <content>What keeps a secret from being changed, known before anything is made for it.</content>
public sealed partial class KubernetesStore : IGuardedStore
{
    /// <inheritdoc/>
    public MeshException? FindObstacle(SecretMetadata secret, IEnumerable<string> dataKeys)
    {
        if (secret.IsBeingRemoved)
        {
            return KubernetesErrors.BeingRemoved(secret.Id, finalizers: null);
        }

        if (secret.IsImmutable())
        {
            return KubernetesErrors.Immutable(secret.Id);
        }

        (string, string)[] owned = _options.ForceConflicts ? [] : [.. dataKeys.Where(secret.DataOwners.ContainsKey).Select(key => ($"data.{key}", secret.DataOwners[key]))];
        return owned.Length > 0 ? KubernetesErrors.OwnedByOthers(secret.Id, owned) : null;
    }
}
