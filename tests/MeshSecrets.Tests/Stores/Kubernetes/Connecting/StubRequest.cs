namespace MeshSecrets.Tests.Stores.Kubernetes.Connecting;

/// <summary>What was asked.</summary>
internal sealed record StubRequest(string Line, IReadOnlyDictionary<string, List<string>> Headers, string Body, IReadOnlyList<string> ClientChain, string? ServerName)
{
    internal string? Authorization => Headers.TryGetValue("Authorization", out List<string>? values) ? values[0] : null;
}
