namespace MeshSecrets.Stores.Kubernetes;

/// <summary>A field of a secret that would stay because another manager set it.</summary>
/// <param name="Parents">The way to it.</param>
/// <param name="Key">Its name there.</param>
/// <param name="Manager">The manager.</param>
internal sealed record KeptField(string[] Parents, string Key, string Manager)
{
    /// <summary>Whether it is a value; otherwise it is a label.</summary>
    internal bool IsData => Parents is ["data"];

    /// <summary>What messages call it, as the server does: <c>data.ca.crt</c>, <c>metadata.labels.team</c>.</summary>
    internal string Name => $"{string.Join('.', Parents)}.{Key}";
}
