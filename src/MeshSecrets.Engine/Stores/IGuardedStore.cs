using MeshSecrets.Secrets;

namespace MeshSecrets.Stores;

/// <summary>A store that keeps some secrets from being changed, for it or others that write there have a say in them.</summary>
public interface IGuardedStore : ISecretStore
{
    /// <summary>What is known beforehand to keep values of a secret from being changed. A listing knows less than a reading.</summary>
    /// <param name="secret">What was listed or read of it.</param>
    /// <param name="dataKeys">Which values.</param>
    /// <returns>The error that the change would end in, or <see langword="null"/>.</returns>
    MeshException? FindObstacle(SecretMetadata secret, IEnumerable<string> dataKeys);
}
