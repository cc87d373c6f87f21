namespace MeshSecrets.Stores;

/// <summary>A store whose operations wait for somebody else, so that several at once take little longer than one.</summary>
public interface IParallelStore : ISecretStore
{
    /// <summary>How many operations at once it is worth to have under way: for a server, the connections to it.</summary>
    int MaxConcurrency { get; }
}
