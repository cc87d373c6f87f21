namespace MeshSecrets.Stores;

/// <summary>A store that can be asked what a write would come to: all its checks are made, and nothing is kept.</summary>
public interface IDryRunStore : ISecretStore
{
    /// <summary>The same store, whose writes are tried only. It needs no disposal.</summary>
    ISecretStore DryRun { get; }
}
