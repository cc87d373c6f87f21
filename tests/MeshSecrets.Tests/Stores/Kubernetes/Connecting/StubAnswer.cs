namespace MeshSecrets.Tests.Stores.Kubernetes.Connecting;

/// <summary>What is answered.</summary>
internal sealed record StubAnswer(int Status, string Body = "{}", string Headers = "");
