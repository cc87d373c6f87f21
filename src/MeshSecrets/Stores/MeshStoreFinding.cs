using MeshSecrets.Stores;

namespace MeshSecrets;

/// <summary>Something wrong with a store.</summary>
public sealed class MeshStoreFinding
{
    internal MeshStoreFinding(StoreFinding finding, MeshStore store)
    {
        FindingId = finding.FindingId;
        Item = finding.Item;
        Message = finding.Message;
        Store = store;
    }

    /// <summary>Stable identifier without spaces, for scripts to branch on.</summary>
    public string FindingId { get; }

    /// <summary>What it is about: a secret, a file, a line of the trail.</summary>
    public string Item { get; }

    /// <summary>What was found, what it means and what to do.</summary>
    public string Message { get; }

    /// <summary>The store.</summary>
    public MeshStore Store { get; }

    /// <summary>Identifier and message.</summary>
    /// <returns>One line.</returns>
    public override string ToString() => $"{FindingId}: {Message}";
}
